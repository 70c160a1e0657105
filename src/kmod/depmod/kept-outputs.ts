import { readFileSync } from 'node:fs';
import { checksum } from './checksum.ts';
import { hostName } from './find-modules.ts';
import { OUTPUT_NAMES, type OutputFile } from './outputs.ts';
import { replace } from './tree-cache.ts';

/** Two words of checksum before everything else. */
const HEADER_SIZE = 8;

/** Keeps a run's outputs under its stamp, so that another tool's files can be replaced without working them out anew. */
export function keepOutputs(path: string, stamp: string, files: readonly OutputFile[]): void {
  const head = Buffer.from(`${[stamp, ...files.map(({ bytes }) => bytes.length)].join(' ')}\n`, 'latin1');
  const whole = Buffer.concat([Buffer.alloc(HEADER_SIZE), head, ...files.map(({ bytes }) => bytes)]);
  const [one, other] = checksum(new Uint8Array(whole.subarray(HEADER_SIZE)));
  whole.writeInt32LE(one, 0);
  whole.writeInt32LE(other, 4);
  replace(path, whole);
}

/** The outputs of the run with this stamp; undefined: they are not kept, or damaged. */
export function keptOutputs(path: string, stamp: string): OutputFile[] | undefined {
  try {
    const whole = readFileSync(hostName(path));
    const [one, other] = checksum(new Uint8Array(whole.subarray(HEADER_SIZE)));
    if (whole.readInt32LE(0) !== one || whole.readInt32LE(4) !== other) return undefined;
    const headEnd = whole.indexOf(0x0a, HEADER_SIZE);
    const [kept, ...lengths] = whole.toString('latin1', HEADER_SIZE, headEnd).split(' ');
    if (kept !== stamp || lengths.length !== OUTPUT_NAMES.length) return undefined;
    let at = headEnd + 1;
    return OUTPUT_NAMES.map((name, i) => {
      const start = at;
      at += Number(lengths[i]);
      return { name, bytes: whole.subarray(start, at) };
    });
  } catch {
    return undefined;
  }
}
