import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runKobox } from '../support/run-kobox.ts';

const SAMPLES = fileURLToPath(new URL('../../samples', import.meta.url));

let root: string;
const kobox = (...words: string[]) => runKobox(words, { root, cwd: SAMPLES });

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'kobox-files-'));
  await kobox('insmod', 'parameters/parameters.ko');
  await kobox('insmod', 'hello/hello.ko');
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const HELLO = '/sys/module/hello';
const NUMBER = '/sys/module/parameters/parameters/an_int';

describe('what root and others get, as recorded on Linux 6.1', () => {
  test.each([
    [0, `${HELLO}/uevent`, '', `can't open '${HELLO}/uevent': Permission denied`],
    [0, HELLO, '', 'read error: Is a directory'],
    [0, `${HELLO}/nothere`, '', `can't open '${HELLO}/nothere': No such file or directory`],
    [1000, `${HELLO}/sections/.exit.text`, '', `can't open '${HELLO}/sections/.exit.text': Permission denied`],
    [1000, `${HELLO}/coresize`, '16384\n', ''],
    [1000, '/dev/kmsg', '', "can't open '/dev/kmsg': Operation not permitted"],
  ])('uid %i: cat %s', async (uid, path, stdout, complaint) => {
    const stderr = complaint === '' ? '' : `cat: ${complaint}\n`;
    const exit = complaint === '' ? 0 : 1;
    expect(await kobox('--uid', String(uid), 'cat', path)).toEqual({ stdout, stderr, exit });
  });

  test.each([
    [0, `${HELLO}/coresize`, `can't create ${HELLO}/coresize: Permission denied`],
    [0, `${HELLO}/uevent`, 'write error: Invalid argument'],
    [0, '/proc/modules', 'write error: Input/output error'],
    [0, '/proc/sys/kernel/osrelease', "can't create /proc/sys/kernel/osrelease: Permission denied"],
    [1000, `${HELLO}/uevent`, `can't create ${HELLO}/uevent: Permission denied`],
    [1000, NUMBER, `can't create ${NUMBER}: Permission denied`],
    [1000, '/proc/modules', "can't create /proc/modules: Permission denied"],
    [1000, '/proc/sys/kernel/kptr_restrict', "can't create /proc/sys/kernel/kptr_restrict: Permission denied"],
  ])('uid %i: write %s 1', async (uid, path, complaint) => {
    const { stderr, exit } = await kobox('--uid', String(uid), 'write', path, '1');
    expect({ stderr, exit }).toEqual({ stderr: `write: ${complaint}\n`, exit: 1 });
  });

  test('others see no addresses', async () => {
    const modules = await kobox('--uid', '1000', 'cat', '/proc/modules');
    const symbols = await kobox('--uid', '1000', 'cat', '/proc/kallsyms');
    expect(modules.stdout.split('\n')[0]).toBe('hello 16384 0 - Live 0x0000000000000000 (OE)');
    expect(symbols.stdout).toMatch(/^(?:0{16} \w \S+\t\[\w+\]\n)+$/);
  });
});
