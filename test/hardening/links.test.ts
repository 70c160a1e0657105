import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runKobox } from '../support/run-kobox.ts';

const RELEASE = '6.1.0-56-amd64';
const TREE = `lib/modules/${RELEASE}`;
const COMMANDS = [
  ['insmod', 'samples/parameters/parameters.ko'],
  ['insmod', 'samples/math/math.ko'],
  ['insmod', 'samples/math/calc.ko'],
  ['depmod', '-a'],
  ['modprobe', 'hello'],
  ['key', 'add', 'test/signature/recorded/test-cert.pem'],
  ['kernel', 'use', RELEASE],
  ['dmesg', '-C'],
  ['rmmod', 'calc'],
  ['boot', 'quiet'],
];

let place: string;
let root: string;
const outside = () => join(place, 'outside');

beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'kobox-links-'));
  root = join(place, 'root');
  mkdirSync(join(root, TREE), { recursive: true });
  mkdirSync(outside());
  writeFileSync(join(outside(), 'file'), 'kept');
  writeFileSync(join(root, TREE, 'hello.ko'), readFileSync('samples/hello/hello.ko'));
});
afterEach(() => rmSync(place, { recursive: true }));

function plant(path: string, target: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  symlinkSync(target, join(root, path));
}

async function runAll(): Promise<void> {
  for (const words of COMMANDS) {
    const { exit, stderr } = await runKobox(words, { root, cwd: process.cwd() });
    expect([words, exit === 70, stderr.includes('defect')]).toEqual([words, false, false]);
  }
}

test.each([
  'sys/module/parameters',
  'sys/module/parameters/parameters',
  'sys/module/math/holders',
  'sys/module/kernel',
  'sys/module/printk',
  'proc/sys/kernel',
  'proc/sys',
  'run',
  'run/kobox',
  'run/kobox/images',
  'run/kobox/depmod',
  'etc/keys',
  'etc',
  'boot',
  'dev',
])('nothing is written through a link in the place of the directory %s', async (path) => {
  plant(path, outside());
  await runAll();
  expect(readdirSync(outside())).toEqual(['file']);
});

test.each([
  'sys/module/parameters/parameters/an_int',
  'sys/module/parameters/coresize',
  'proc/modules',
  'proc/kallsyms',
  'run/kobox/drawn',
  'run/kobox/lock-1',
  'run/kobox/state-1.json',
  `${TREE}/modules.dep`,
  `${TREE}/modules.alias.bin`,
  `boot/${RELEASE}.kernel`,
  'boot/current',
])('nothing is written through a link in the place of the file %s', async (path) => {
  plant(path, join(outside(), 'file'));
  await runAll();
  expect([readdirSync(outside()), readFileSync(join(outside(), 'file'), 'utf8')]).toEqual([['file'], 'kept']);
});

test.each([
  ['an absolute path', '/outside.ko'],
  ['..', '../../../../outside.ko'],
  ['a link', 'link.ko'],
])('a module that modules.dep places outside by %s is not read', async (_way, path) => {
  writeFileSync(join(place, 'outside.ko'), readFileSync('samples/hello/hello.ko'));
  symlinkSync(join(place, 'outside.ko'), join(root, TREE, 'link.ko'));
  await runKobox(['depmod', '-a'], { root, cwd: root });
  rmSync(join(root, TREE, 'modules.dep.bin'));
  writeFileSync(join(root, TREE, 'modules.dep'), `${path.startsWith('/') ? place + path : path}:\n`);
  for (const style of ['kmod', 'busybox']) {
    const { exit } = await runKobox(['--style', style, 'modprobe', 'outside'], { root, cwd: root });
    const linked = await runKobox(['--style', style, 'modprobe', 'link'], { root, cwd: root });
    expect([exit === 0, linked.exit === 0]).toEqual([false, false]);
  }
  expect((await runKobox(['lsmod'], { root, cwd: root })).stdout).not.toContain('hello');
});

test('depmod.d leads depmod to nothing outside, and what it finds behind a link is not loaded', async () => {
  writeFileSync(join(outside(), 'secret.ko'), readFileSync('samples/math/math.ko'));
  mkdirSync(join(root, 'etc/depmod.d'), { recursive: true });
  const lines = [
    'search ../../../../outside built-in external',
    `external * ${outside()}`,
    'override secret * ../../../../outside',
  ];
  writeFileSync(join(root, 'etc/depmod.d/x.conf'), `${lines.join('\n')}\n`);
  await runKobox(['depmod', '-a'], { root, cwd: root });
  expect(readFileSync(join(root, TREE, 'modules.dep'), 'utf8')).toBe('hello.ko:\n');
  plant(`${TREE}/extra`, outside());
  await runKobox(['depmod', '-a'], { root, cwd: root });
  expect(await runKobox(['modprobe', 'secret'], { root, cwd: root })).toMatchObject({ exit: 1 });
});

test('an expression of depmod.d that backtracks without end matches nothing', async () => {
  mkdirSync(join(root, 'etc/depmod.d'), { recursive: true });
  writeFileSync(join(root, 'etc/depmod.d/x.conf'), `override hello ${'(.*)*'.repeat(20)}x extra\n`);
  expect((await runKobox(['depmod', '-a'], { root, cwd: root })).exit).toBe(0);
  expect(existsSync(join(root, TREE, 'modules.dep'))).toBe(true);
});
