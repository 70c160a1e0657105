import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runKobox } from '../support/run-kobox.ts';

const MODULES = fileURLToPath(new URL('../interaction/modules', import.meta.url));
const root = mkdtempSync(join(tmpdir(), 'kobox-mmap-'));
const run = (...words: string[]) => runKobox(words, { root, cwd: MODULES, init: 'run' });

beforeAll(() => run('insmod', 'waker.ko'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const REFUSED: readonly (readonly [words: readonly string[], stderr: string])[] = [
  [['mmap'], 'mmap: usage: kobox mmap [-pr] [-o OFFSET] [-w TEXT] FILE [LENGTH]\n'],
  [['mmap', '/dev/waker', 'much'], "mmap: 'much' is no number of bytes\n"],
  [['mmap', '-o', '-1', '/dev/waker'], "mmap: '-1' is no number of bytes\n"],
  [['mmap', '/dev/waker'], 'mmap: /dev/waker: No such device\n'],
  [['mmap', '/dev/nothing'], "mmap: can't open '/dev/nothing': No such file or directory\n"],
  [['poll'], 'poll: usage: kobox poll [-e EVENTS] [-t SECONDS] [--json] FILE\n'],
  [['poll', '-e', 'POLLING', '/dev/waker'], "poll: 'POLLING' is no event of poll(2)\n"],
  [['poll', '-t', 'soon', '/dev/waker'], "poll: 'soon' is no number of seconds\n"],
  [['poll', '/dev/nothing'], 'poll: /dev/nothing: No such file or directory\n'],
];

test.each(REFUSED)('%j is one line of an error', async (words, stderr) => {
  expect(await run(...words)).toEqual({ stdout: '', stderr, exit: 1 });
});

test.each([
  ['/dev/openend', '{"events":["POLLOUT","POLLHUP","POLLWRNORM"]}\n', 0],
  ['/dev/waker', '{"events":[]}\n', 1],
])('poll --json %s prints its events as a list', async (file, stdout, exit) => {
  expect(await run('poll', '--json', file)).toEqual({ stdout, stderr: '', exit });
});
