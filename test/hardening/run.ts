import { spawnSync } from 'node:child_process';

/** What a run of a few minutes tries; each program takes larger numbers. */
const STEPS: readonly (readonly [title: string, ...command: string[]])[] = [
  ['mutants of every kind of file, and of modules that the real kernel has judged', 'fuzz.ts', '--count', '3000'],
  ['killed at a change of the file system', 'kill-points.ts', '8'],
  ['a full disk, a disk that turns read-only', 'disk-full.ts', '3'],
  ['the order of writes, fsync and rename', 'power-loss.ts'],
  ['many commands at once', 'concurrent.ts', '50', '200'],
  ['large and hostile inputs', 'bounds.ts', '4'],
  ['escape sequences on a terminal', 'terminal.ts'],
  ['rounds of loads and unloads on one root', 'soak.ts', '200'],
];

/** `npm run test:hardening`: every step, one line a step at the end. Exit status 1 when one failed. */
function main(): number {
  const results = STEPS.map(([title, file, ...words]) => {
    console.log(`\n== ${title}`);
    const start = performance.now();
    const { status } = spawnSync('node', ['test/run.mjs', `test/hardening/${file}`, ...words], { stdio: 'inherit' });
    const seconds = ((performance.now() - start) / 1000).toFixed(0);
    return { passed: status === 0, line: `${status === 0 ? 'ok    ' : 'FAILED'} ${title} (${seconds} s)` };
  });
  console.log(`\n${results.map(({ line }) => line).join('\n')}`);
  return results.every(({ passed }) => passed) ? 0 : 1;
}

process.exitCode = main();
