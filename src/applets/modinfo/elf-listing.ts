import { open } from 'elfinfo';
import { decompress, detectCompression } from '../../compression/decompress.ts';
import type { AppletContext } from '../applet.ts';
import { InputError } from '../command-line/input-error.ts';
import { requireFile } from '../command-line/require-file.ts';
import { describeFile } from '../output/describe-elf.ts';

/** `modinfo --elf FILE...`: the files' headers and sections for a person. Exit status 1 when one is no ELF file. */
export async function listElf(context: AppletContext, files: readonly string[]): Promise<number> {
  if (files.length === 0) throw new InputError('--elf: name a file');
  let status = 0;
  for (const file of files) {
    const text = await elfText(context, file);
    context.stdout.write(text.listing);
    if (!text.isElf) status = 1;
  }
  return status;
}

async function elfText(context: AppletContext, file: string): Promise<{ listing: string; isElf: boolean }> {
  const bytes = requireFile(context, file);
  const image = detectCompression(bytes) === undefined ? bytes : await decompress(bytes);
  const head = `${file}: ${await describeFile(image)}\n`;
  const { elf } = await open(image, { readSymbolData: false }).catch(() => ({ elf: undefined }));
  if (!elf) return { listing: head, isElf: false };
  const facts: readonly (readonly [string, string])[] = [
    ['class', elf.classDescription],
    ['data', elf.dataDescription],
    ['type', elf.typeDescription],
    ['machine', elf.isaDescription],
    ['section headers', `${elf.numSectionHeaderEntries} at offset ${elf.sectionHeaderOffset}`],
  ];
  const header = facts.map(([label, value]) => `  ${label.padEnd(16)}${value}\n`).join('');
  return { listing: `${head}${header}${sectionTable(elf.sections)}`, isElf: true };
}

interface ListedSection {
  readonly index: number;
  readonly name: string;
  readonly typeDescription: string;
  readonly flagsDescription: string;
  readonly offset: number | bigint;
  readonly size: number | bigint;
}

function sectionTable(sections: readonly ListedSection[]): string {
  const rows = sections.map(({ index, name, typeDescription, flagsDescription, offset, size }) => [
    `[${index}]`.padStart(5),
    name.padEnd(28),
    typeDescription.padEnd(26),
    String(offset).padStart(10),
    String(size).padStart(10),
    flagsDescription,
  ]);
  return rows.map((row) => `${row.join('  ').trimEnd()}\n`).join('');
}
