import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { createEmulation } from './emulate.ts';
import { generateCode } from './generate.ts';
import { startingState } from './instruction-case.ts';
import { buildProgram, runOnProcessor } from './processor.ts';
import { Random } from './random.ts';
import { changes, formatRow } from './row.ts';

/**
 * `record.ts COUNT [SEED [FILE]]`: runs COUNT generated cases on this machine's processor (run.c, built by cc)
 * and on ours, prints where they differ, and writes the rows to FILE. The flags that the manuals leave undefined are those of
 * AMD's Zen family: on another processor they differ.
 */
function main([count, seed = '1', file]: readonly (string | undefined)[]): number {
  if (!count) throw new Error('usage: record.ts COUNT [SEED [FILE]]');
  const seeds = Array.from({ length: Number(count) }, (_, index) => Number(seed) + index);
  const cases = seeds.map((each) => startingState(generateCode(new Random(each)), each));
  const outcomes = withProgram((program) => runOnProcessor(program, cases));
  const emulate = createEmulation();
  let differences = 0;
  for (const [index, start] of cases.entries()) {
    const real = changes(start, outcomes[index]!).join(' ');
    const ours = changes(start, emulate(start)).join(' ');
    if (real === ours) continue;
    differences++;
    console.log(`${Buffer.from(start.code).toString('hex')} seed ${seeds[index]}\n  real ${real}\n  ours ${ours}`);
  }
  console.log(`${cases.length} cases, ${differences} differences`);
  const rows = cases.map((start, index) => formatRow(seeds[index]!, start, outcomes[index]!));
  if (file) writeFileSync(file, gzipSync(`${rows.join('\n')}\n`, { level: 9 }));
  return differences === 0 ? 0 : 1;
}

function withProgram<T>(work: (program: string) => T): T {
  const directory = mkdtempSync(join(tmpdir(), 'kobox-hardware-'));
  try {
    return work(buildProgram(directory));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

process.exitCode = main(process.argv.slice(2));
