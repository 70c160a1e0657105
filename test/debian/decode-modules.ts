import { readFileSync } from 'node:fs';
import * as iced from 'iced-x86';
import { ElfView } from '../../src/elf/elf-view.ts';
import { decodeDifference } from '../cpu/x86-64/decode-oracle.ts';
import { findModuleFiles } from './module-files.ts';

const SECTIONS = ['.text', '.init.text', '.exit.text'];

/** Decodes a section from its start to its end; gives the number of instructions and up to `limit` differences. */
function decodeSection(bytes: Uint8Array, limit: number): { count: number; differences: string[] } {
  const decoder = new iced.Decoder(64, bytes, iced.DecoderOptions.None);
  decoder.ip = 0x1000_0000n;
  const differences: string[] = [];
  let count = 0;
  for (; decoder.canDecode && differences.length < limit; count++) {
    const offset = decoder.position;
    const difference = decodeDifference(decoder, bytes, offset, 64);
    if (difference) differences.push(`+0x${offset.toString(16)} ${hex(bytes, offset)}: ${difference}`);
  }
  decoder.free();
  return { count, differences };
}

function hex(bytes: Uint8Array, offset: number): string {
  return Buffer.from(bytes.subarray(offset, offset + 15)).toString('hex');
}

/** `decode-modules.ts MODULE_TREE [COUNT]`: every instruction of COUNT modules, spread over the tree, against iced-x86. */
function main([root, wanted]: readonly (string | undefined)[]): number {
  if (!root) throw new Error('usage: decode-modules.ts MODULE_TREE [COUNT]');
  const files = findModuleFiles(root);
  const step = Math.max(1, Math.floor(files.length / Number(wanted ?? files.length)));
  let instructions = 0;
  let modules = 0;
  const differences: string[] = [];
  for (let index = 0; index < files.length && differences.length < 200; index += step, modules++) {
    const { path, name } = files[index]!;
    const view = ElfView.open(readFileSync(path))!;
    for (const section of SECTIONS) {
      const found = decodeSection(view.sectionBytes(view.findSection(section)) ?? new Uint8Array(), 20);
      instructions += found.count;
      differences.push(...found.differences.map((text) => `${name} ${section} ${text}`));
    }
  }
  for (const line of differences) console.log(line);
  console.log(
    `${modules} modules, ${instructions} instructions decoded as by iced-x86, ${differences.length} differences`,
  );
  return differences.length === 0 ? 0 : 1;
}

process.exitCode = main(process.argv.slice(2));
