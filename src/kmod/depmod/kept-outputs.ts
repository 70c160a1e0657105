import { readFileSync } from 'node:fs';
import { checksum } from './checksum.ts';
import { hostName } from './find-modules.ts';
import { OUTPUT_NAMES, type OutputFile } from './outputs.ts';
import { replace } from './tree-cache.ts';

/** Numbers a file in the first line: its length, two of checksum. */
const NUMBERS = 3;

/** Keeps a run's outputs under its stamp, so that another tool's files can be replaced without working them out anew. */
export function keepOutputs(path: string, stamp: string, files: readonly OutputFile[]): void {
  const numbers = files.flatMap(({ bytes }) => [bytes.length, ...checksum(bytes)]);
  const head = Buffer.from(`${[stamp, ...numbers].join(' ')}\n`, 'latin1');
  replace(path, [head, ...files.map(({ bytes }) => bytes)]);
}

/** The outputs of the run with this stamp; undefined: they are not kept, or damaged. */
export function keptOutputs(path: string, stamp: string): OutputFile[] | undefined {
  try {
    const whole = readFileSync(hostName(path));
    const headEnd = whole.indexOf(0x0a);
    const [kept, ...words] = whole.toString('latin1', 0, headEnd).split(' ');
    if (kept !== stamp || words.length !== OUTPUT_NAMES.length * NUMBERS) return undefined;
    const files: OutputFile[] = [];
    let at = headEnd + 1;
    for (let i = 0; i < OUTPUT_NAMES.length; i++) {
      const [length, one, other] = words.slice(i * NUMBERS).map(Number) as [number, number, number];
      const bytes = whole.subarray(at, at + length);
      const [foundOne, foundOther] = checksum(bytes);
      if (bytes.length !== length || one !== foundOne || other !== foundOther) return undefined;
      files.push({ name: OUTPUT_NAMES[i]!, bytes });
      at += length;
    }
    return files;
  } catch {
    return undefined;
  }
}
