import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { fnmatch } from '../../src/kmod/fnmatch.ts';
import { parseShellCommand } from '../../src/kmod/probe/shell-command.ts';
import { ElfEdit } from '../support/elf-edit.ts';
import { runKobox } from '../support/run-kobox.ts';

const RELEASE = '6.1.0-56-amd64';
/** Names that every object of the language has already. */
const NAMES = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf', '__defineGetter__'];
/** Where `struct module` holds the name, and how long it may be. */
const NAME = { offset: 24, size: 56 };
const PROPERTIES = JSON.stringify(Object.getOwnPropertyNames(Object.prototype));

let root: string;
const kobox = (...words: string[]) => runKobox(words, { root, cwd: root, env: { KOBOX_INIT: 'skip' } });
const SILENCE = { stdout: '', stderr: '', exit: 0 };

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'kobox-names-'));
  mkdirSync(join(root, 'lib/modules', RELEASE), { recursive: true });
  mkdirSync(join(root, 'etc/modprobe.d'), { recursive: true });
  mkdirSync(join(root, 'etc/depmod.d'), { recursive: true });
});
afterEach(() => {
  rmSync(root, { recursive: true });
  expect(JSON.stringify(Object.getOwnPropertyNames(Object.prototype))).toBe(PROPERTIES);
  expect(Object.keys(Object.prototype)).toEqual([]);
  expect(Object.keys(Object)).toEqual([]);
});

/** The sample hello under another name, in the tree. */
function moduleNamed(name: string): string {
  const elf = new ElfEdit(readFileSync('samples/hello/hello.ko'));
  elf
    .content('.gnu.linkonce.this_module')
    .fill(0, NAME.offset, NAME.offset + NAME.size)
    .write(name, NAME.offset);
  const modinfo = elf.content('.modinfo').toString('latin1').replace('name=hello', `name=${name}`);
  elf.setContent('.modinfo', Buffer.from(`${modinfo}alias=${name}:*\0${name}=x\0`, 'latin1'));
  const path = join(root, 'lib/modules', RELEASE, `${name}.ko`);
  writeFileSync(path, elf.bytes);
  return path;
}

/** A module file whose bytes are changed: words by others of the same length. */
function changed(file: string, words: Record<string, string>): string {
  let text = readFileSync(file, 'latin1');
  for (const [from, to] of Object.entries(words)) text = text.replaceAll(from, to);
  const path = join(root, 'lib/modules', RELEASE, file.slice(file.lastIndexOf('/') + 1));
  writeFileSync(path, text, 'latin1');
  return path;
}

describe.each(NAMES)('%s', (name) => {
  test('is a module like any other', async () => {
    const path = moduleNamed(name);
    expect(await kobox('insmod', path)).toEqual(SILENCE);
    expect((await kobox('lsmod')).stdout).toContain(`\n${name} `);
    expect(readFileSync(join(root, `sys/module/${name}/initstate`), 'utf8')).toBe('live\n');
    expect(await kobox('insmod', path)).toMatchObject({ exit: 17 });
    expect((await kobox('modinfo', '-F', name, path)).stdout).toBe('x\n');
    expect((await kobox('modinfo', '--json', path)).stdout).toContain(`"${name}"`);
    expect(JSON.parse((await kobox('check', '--json', path)).stdout)).toMatchObject({
      modules: [{ name, loads: true }],
    });
    expect(await kobox('rmmod', name)).toEqual(SILENCE);
    expect((await kobox('lsmod')).stdout).not.toContain(name);
  });

  test('is an entry of indexes and configuration like any other', async () => {
    moduleNamed('hello');
    writeFileSync(
      join(root, 'etc/modprobe.d/x.conf'),
      `${name} a b\nalias ${name} hello\noptions ${name} a=1\nblacklist ${name}\nsoftdep ${name} pre: ${name}\ninstall x $${name} true\n`,
    );
    writeFileSync(join(root, 'etc/depmod.d/x.conf'), `${name} a\nsearch ${name}\noverride ${name} [[:${name}:]] x\n`);
    expect((await kobox('depmod', '-a')).exit).toBe(0);
    expect((await kobox('modprobe', '-R', name)).stdout).toBe('hello\n');
    expect((await kobox('modprobe', '-R', 'hello:x')).stdout).toBe('hello\n');
    expect((await kobox('modprobe', '-n', '-v', name)).exit).toBe(0);
    expect((await kobox('modprobe', '-n', '-v', 'x')).stderr).not.toContain('defect');
    expect((await kobox('modprobe', `no-${name}`)).stderr).toMatch(/^modprobe: FATAL: Module .* not found/m);
  });

  test('is no word, option or release that a command knows', async () => {
    for (const words of [
      [name],
      ['kernel', name],
      ['key', name],
      ['dmesg', '--time-format', name],
      ['dmesg', '-l', name],
      ['boot', name],
      ['boot', `${name}=1`],
      ['static-nodes', '-f', name],
      ['modinfo', '-F', name, 'nothing'],
      ['modprobe', '-S', name, 'nothing'],
      ['--style', name, 'lsmod'],
      ['kernel', 'use', name],
    ]) {
      const { stderr, exit } = await kobox(...words);
      expect([words, exit, stderr.includes('defect')]).toEqual([words, expect.any(Number), false]);
      expect([words, exit]).not.toEqual([words, 70]);
    }
  });

  test('is no class of characters and no variable', () => {
    expect(fnmatch(`[[:${name}:]]`, 'c')).toBe(false);
    const words = (text: string) =>
      parseShellCommand(text, {}).map(({ node }) => ('words' in node ? node.words : node));
    expect(words(`true $${name}`)).toEqual(words('true $nothing'));
  });
});

test('symbols with such names are exported and found', async () => {
  const words = { math_mul: 'toString', math_ns: 'valueOf' };
  const math = changed('test/scenarios/modules/math.ko', words);
  const users = ['usegpl', 'usens'].map((name) => changed(`test/scenarios/modules/${name}.ko`, words));
  expect(await kobox('insmod', users[0]!)).toMatchObject({ exit: 2 });
  expect((await kobox('dmesg', '-t')).stdout).toContain('usegpl: Unknown symbol toString (err -2)\n');
  for (const path of [math, ...users]) expect([path, await kobox('insmod', path)]).toEqual([path, SILENCE]);
  expect((await kobox('depmod', '-a')).exit).toBe(0);
  expect((await kobox('modprobe', '-D', 'usens')).stdout.split('\n')).toHaveLength(3);
});

test('parameters with such names are set, shown and written', async () => {
  const path = changed('samples/parameters/parameters.ko', { a_ushort: 'toString', a_charp: 'valueOf' });
  expect(await kobox('insmod', path, 'toString=7', 'valueOf=one', '__proto__=5', 'constructor')).toEqual(SILENCE);
  const shown = (name: string) => join(root, 'sys/module/parameters/parameters', name);
  expect(readFileSync(shown('toString'), 'utf8')).toBe('7\n');
  expect((await kobox('dmesg', '-t')).stdout).toContain("parameters: unknown parameter '__proto__' ignored\n");
  writeFileSync(shown('valueOf'), 'two');
  expect(await kobox('rmmod', 'nothing')).toMatchObject({ exit: 1 });
  expect(readFileSync(shown('valueOf'), 'utf8')).toBe('two\n');
});
