import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runKobox } from '../support/run-kobox.ts';

const MODULES = fileURLToPath(new URL('../kernel-api/modules', import.meta.url));
const root = mkdtempSync(join(tmpdir(), 'kobox-dd-'));
const kobox = (line: string) => runKobox(line.split(' '), { root, cwd: MODULES, init: 'run' });

beforeAll(async () => void (await kobox('insmod files.ko')));
afterAll(() => rmSync(root, { recursive: true, force: true }));

test.each([
  ['if=/dev/mymisc bs=2 count=1 status=none', 'mi', '', 0],
  ['if=/dev/mymisc bs=2 status=noxfer', 'misc\n', '2+1 records in\n2+1 records out\n', 0],
  ['if=/proc/nothing', '', "dd: can't open '/proc/nothing': No such file or directory\n", 1],
  [
    'if=/proc/myproc of=/sys/kernel/myko/foo status=none',
    '',
    "dd: error writing '/sys/kernel/myko/foo': Invalid argument\n",
    1,
  ],
  ['if=/dev/mymisc of=/proc/myproc status=none', '', '', 0],
  ['if=/proc/myproc bs=1k status=none', 'misc\n', '', 0],
])('dd %s copies blocks', async (operands, stdout, stderr, exit) => {
  expect(await kobox(`dd ${operands}`)).toEqual({ stdout, stderr, exit });
});

test('an operand that is none shows the usage', async () => {
  const { stderr, exit } = await kobox('dd seek');
  expect({ first: stderr.split('\n')[0], exit }).toEqual({
    first: 'Usage: kobox dd [if=FILE] [of=FILE] [bs=N] [count=N] [status=none|noxfer]',
    exit: 1,
  });
});
