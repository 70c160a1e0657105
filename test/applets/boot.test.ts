import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { runKobox } from '../support/run-kobox.ts';

const root = mkdtempSync(join(tmpdir(), 'kobox-boot-'));

afterAll(() => rmSync(root, { recursive: true }));

it.each([
  [['quiet', 'loglevel=7'], 'quiet loglevel=7'],
  [['dyndbg=file main.c =p', 'quiet'], 'dyndbg="file main.c =p" quiet'],
  [['a=two words'], 'a="two words"'],
  [['a=1 b=2 quiet'], 'a=1 b=2 quiet'],
  [['a="two words"'], 'a="two words"'],
])('boot makes of the words %j the command line %s', async (words, line) => {
  expect(await runKobox(['boot', ...words], { root, cwd: root })).toEqual({ stdout: '', stderr: '', exit: 0 });
  expect(readFileSync(join(root, 'proc/cmdline'), 'utf8')).toBe(`${line}\n`);
});
