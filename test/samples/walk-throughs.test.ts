import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, expect, test } from 'vitest';

const SAMPLES = resolve('samples');
const home = mkdtempSync(join(tmpdir(), 'kobox-walk-through-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

const folders = readdirSync(SAMPLES, { withFileTypes: true }).flatMap((entry) =>
  entry.isDirectory() ? [entry.name] : [],
);

/** The commands behind "Try:" in a sample's README. */
function commands(folder: string): string[] {
  const [, tried = ''] = readFileSync(join(SAMPLES, folder, 'README.md'), 'utf8').split('\nTry:\n');
  return [...tried.matchAll(/^ {4}(.+)$/gm)].map(([, line]) => line!);
}

test.each(folders)('each command in the walk-through of %s prints what stands behind its #', (folder) => {
  const env = { PATH: `${resolve('bin')}:${process.env['PATH']}`, HOME: home };
  const run = (command: string) =>
    spawnSync('sh', ['-c', `exec 2>&1; ${command}`], { cwd: join(SAMPLES, folder), env, encoding: 'utf8' }).stdout;
  run('kobox boot');
  const told = commands(folder).map((line) => {
    const [command = '', said = ''] = line.split(/ +# /);
    return { line, output: run(command), said };
  });
  expect(told.length).toBeGreaterThan(0);
  expect(told.filter(({ output, said }) => !output.includes(said) || output.includes('defect of kobox'))).toEqual([]);
});
