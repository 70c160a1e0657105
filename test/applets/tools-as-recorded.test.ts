import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runKobox } from '../support/run-kobox.ts';

const RELEASE = '6.1.0-56-amd64';
const root = mkdtempSync(join(tmpdir(), 'kobox-tools-'));
const tree = join(root, 'lib/modules', RELEASE);
const DAMAGED_XZ = Buffer.concat([Buffer.from('fd377a585a000004', 'hex'), Buffer.alloc(64, 7)]);
const EMPTY_XZ = Buffer.from('fd377a585a0000016922de36000000001cdf44219042990d010000000001595a', 'hex');
const EMPTY_ZSTD = Buffer.from('28b52ffd240001000099e9d851', 'hex');
const ZSTD = Buffer.concat([Buffer.from('28b52ffd', 'hex'), Buffer.alloc(64)]);

async function kobox(line: string) {
  const { stdout, stderr, exit } = await runKobox(line.split(' '), { root, cwd: root });
  return { stdout: stdout.replaceAll(root, ''), stderr: stderr.replaceAll(root, ''), exit };
}

beforeAll(async () => {
  mkdirSync(join(tree, 'extra'), { recursive: true });
  copyFileSync('samples/hello/hello.ko', join(tree, 'extra/hello.ko'));
  writeFileSync(join(tree, 'modules.builtin'), 'kernel/net/unix/unix.ko\n');
  await kobox('depmod -a');
  writeFileSync(join(tree, 'extra/empty.ko'), '');
  writeFileSync(join(tree, 'extra/damaged.ko.xz'), DAMAGED_XZ);
  writeFileSync(join(tree, 'extra/packed.ko.zst'), ZSTD);
  writeFileSync(join(root, 'empty.ko.xz'), EMPTY_XZ);
  writeFileSync(join(root, 'empty.ko.zst'), EMPTY_ZSTD);
  const lines = ['hello.ko', 'empty.ko', 'damaged.ko.xz', 'packed.ko.zst'].map((name) => `extra/${name}:\n`);
  writeFileSync(join(tree, 'modules.dep'), lines.join(''));
});

afterAll(() => rmSync(root, { recursive: true }));

const refused = (file: string): string => `insmod: ERROR: could not insert module ${file}: Invalid module format\n`;

/** Recorded from kmod 30 and busybox 1.35 on Linux 6.1. */
const ANSWERS: readonly (readonly [line: string, stderr: string, exit: number])[] = [
  ['--style kmod insmod empty.ko.xz', refused('empty.ko.xz'), 1],
  ['--style kmod insmod empty.ko.zst', refused('empty.ko.zst'), 1],
  ['--style kmod rmmod unix', 'rmmod: ERROR: Module unix is builtin.\n', 1],
  ['--style kmod rmmod nosuch', 'rmmod: ERROR: Module nosuch is not currently loaded\n', 1],
  ['--style kmod rmmod / nosuch', 'rmmod: ERROR: could not use module /: No such file or directory\n', 0],
  ['--style kmod rmmod -z', "/sbin/rmmod: invalid option -- 'z'\n", 1],
  ['--style kmod modprobe -Z hello', "/sbin/modprobe: invalid option -- 'Z'\n", 1],
  ['--style kmod modprobe --nosuch hello', "/sbin/modprobe: unrecognized option '--nosuch'\n", 1],
  ['--style kmod modinfo -Z hello', "/sbin/modinfo: invalid option -- 'Z'\n", 1],
  ['--style kmod depmod -z', "/sbin/depmod: invalid option -- 'z'\n", 1],
  ['--style busybox modprobe -r', 'modprobe: (null): Bad address\n', 1],
  ['--style busybox modprobe empty', 'modprobe: short read\n', 1],
  [
    '--style busybox modprobe damaged',
    "modprobe: corrupted data\nmodprobe: can't load module damaged (extra/damaged.ko.xz): invalid module format\n",
    1,
  ],
  [
    '--style busybox modprobe packed',
    "modprobe: can't load module packed (extra/packed.ko.zst): invalid module format\n",
    1,
  ],
];

describe('what the real tools said', () => {
  it.each(ANSWERS)('%s', async (line, stderr, exit) => {
    expect(await kobox(line)).toEqual({ stdout: '', stderr, exit });
  });

  it('by its own name a tool of kmod goes by that in messages of getopt', async () => {
    const { stderr } = await runKobox(['-Z', 'hello'], { root, cwd: root, programName: 'modprobe' });
    expect(stderr).toBe("modprobe: invalid option -- 'Z'\n");
  });

  it('busybox modinfo shows intree between depends and vermagic', async () => {
    const { stdout } = await kobox(`--style busybox modinfo ${process.cwd()}/test/scenarios/modules/dummy.ko`);
    expect(stdout.match(/^(depends|intree|vermagic):.*$/gm)).toEqual([
      'depends:        ',
      'intree:         Y',
      `vermagic:       ${RELEASE} SMP preempt mod_unload modversions `,
    ]);
  });
});
