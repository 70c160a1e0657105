/**
 * Records what the real depmod answers to the command lines of trees.ts:
 * `DEPMOD='command that runs kmod 34 as depmod' node test/run.mjs test/kmod/depmod/record.ts`.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Outcome, outcome } from './outcome.ts';
import { LINES, layOut, TREES } from './trees.ts';

const [program = 'depmod', ...first] = (process.env['DEPMOD'] ?? 'depmod').split(' ');
const outcomes: Outcome[] = LINES.map(([tree, line]) => {
  const root = mkdtempSync(join(tmpdir(), 'depmod-'));
  layOut(TREES[tree]!, root);
  const words = ['-b', root, ...line.replaceAll('@', root).split(' ')];
  const { stdout, stderr, status } = spawnSync(program, [...first, ...words], { encoding: 'latin1', cwd: root });
  const found = outcome(root, stdout, stderr, status ?? -1);
  rmSync(root, { recursive: true });
  return found;
});
writeFileSync('test/kmod/depmod/recorded.json', `${JSON.stringify(outcomes, undefined, 2)}\n`);
console.log(`${outcomes.length} outcomes`);
