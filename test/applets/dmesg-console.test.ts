import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runKobox } from '../support/run-kobox.ts';

const MODULES = fileURLToPath(new URL('../behaviour/modules', import.meta.url));

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'kobox-console-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const kobox = (line: string) => runKobox(line.split(' '), { root, cwd: MODULES, init: 'run' });
const printkFile = () => readFileSync(join(root, 'proc/sys/kernel/printk'), 'utf8');

describe('dmesg and the console', () => {
  test.each([
    ['-n 3', '3\t4\t1\t7\n'],
    ['-n err', '4\t4\t1\t7\n'],
    ['-D', '1\t4\t1\t7\n'],
  ])('dmesg %s sets its level', async (options, shown) => {
    const { stdout, stderr, exit } = await kobox(`dmesg ${options}`);
    expect({ stdout, stderr, exit, shown: printkFile() }).toEqual({ stdout: '', stderr: '', exit: 0, shown });
  });

  test('what reached the console is shown alone', async () => {
    await kobox('boot quiet');
    await kobox('insmod gt_hello.ko');
    const all = await kobox('dmesg -r -t');
    const console = await kobox('dmesg -r -t --on-console');
    expect([all.stdout.split('\n').length, console.stdout]).toEqual([4, '']);
  });

  test('only root reads the log unless dmesg_restrict says otherwise', async () => {
    await kobox('insmod gt_hello.ko');
    const refused = await kobox('--uid 1000 dmesg -t');
    await kobox('write /proc/sys/kernel/dmesg_restrict 0');
    const allowed = await kobox('--uid 1000 dmesg -t');
    expect([refused, allowed.stdout.endsWith('Hello, world\n')]).toEqual([
      { stdout: '', stderr: 'dmesg: read kernel buffer failed: Operation not permitted\n', exit: 1 },
      true,
    ]);
  });
});
