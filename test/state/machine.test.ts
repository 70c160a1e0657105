import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { clearLog, KERN, printk, readLog } from '../../src/kernel/log/printk.ts';
import { TaskKilled } from '../../src/kernel/task-killed.ts';
import { deleteModule } from '../../src/kernel/unload.ts';
import { bootMachine, changeMachine, readMachine, settleMachine } from '../../src/state/machine.ts';
import { insmod, newRoot, removeRoot, stateNames, text } from './state-support.ts';

let root: string;
const options = () => ({ root, init: 'skip' as const });

beforeEach(() => {
  root = newRoot();
});
afterEach(() => removeRoot(root));

test('a loaded module is drawn in proc/ and sys/', async () => {
  expect(await insmod(root, 'hello/hello')).toBe(0);
  expect(text(root, 'proc/modules')).toMatch(/^hello 16384 0 - Live 0xffffffffc0201000 \(OE\)\n$/);
  expect(text(root, 'proc/sys/kernel/tainted')).toBe('12288\n');
  expect(text(root, 'sys/module/hello/initstate')).toBe('live\n');
  expect(text(root, 'proc/kallsyms')).toMatch(/^ffffffffc020\w{4} \w \w+\t\[hello\]\n/);
});

test('built-in code has its directories in sys/module, also when somebody took them away before a boot', async () => {
  await insmod(root, 'hello/hello');
  const names = readdirSync(join(root, 'sys/module'));
  expect(names.length).toBe(65);
  expect(['hello', 'kernel', 'module', 'printk', 'zswap'].filter((name) => !names.includes(name))).toEqual([]);
  rmSync(join(root, 'sys/module/printk'), { recursive: true });
  await bootMachine(options(), '');
  expect(readdirSync(join(root, 'sys/module')).sort()).toEqual(names.filter((name) => name !== 'hello').sort());
});

test('holders are links, and go with the user', async () => {
  await insmod(root, 'math/math');
  await insmod(root, 'math/calc');
  const [math, calc] = readMachine(options()).modules.map(({ name }) => name);
  expect(readdirSync(join(root, `sys/module/${math}/holders`))).toEqual([calc]);
  expect(text(root, `sys/module/${math}/refcnt`)).toBe('1\n');
  await changeMachine(options(), (kernel) => deleteModule(kernel, calc!, 0));
  expect(readdirSync(join(root, `sys/module/${math}/holders`))).toEqual([]);
  expect(text(root, `sys/module/${math}/refcnt`)).toBe('0\n');
});

test('what a command leaves, the next one finds', async () => {
  await insmod(root, 'parameters/parameters', 'a_charp=kept');
  const kernel = readMachine(options());
  const module = kernel.modules[0]!;
  expect(module).toMatchObject({ name: 'parameters', state: 'LIVE' });
  expect(module.sections.map(({ name }) => name)).toContain('.init.text');
  await changeMachine(options(), () => undefined);
  expect(text(root, 'sys/module/parameters/parameters/a_charp')).toBe('kept\n');
});

test('a change that raises leaves everything as it was', async () => {
  await insmod(root, 'hello/hello');
  const before = stateNames(root);
  const failing = changeMachine(options(), (kernel) => {
    kernel.modules.pop();
    throw new Error('no');
  });
  await expect(failing).rejects.toThrow('no');
  expect(stateNames(root)).toEqual(before);
  expect(readMachine(options()).modules).toHaveLength(1);
});

test('what a dead task left behind is kept', async () => {
  const dying = changeMachine(options(), (kernel) => {
    printk(kernel, KERN.ALERT, 'BUG');
    throw new TaskKilled('SIGKILL');
  });
  await expect(dying).rejects.toThrow(TaskKilled);
  expect(readLog(readMachine(options())).map((record) => record.text)).toEqual(['BUG']);
});

test('a change that changes nothing writes nothing', async () => {
  await insmod(root, 'hello/hello');
  await changeMachine(options(), () => undefined);
  const before = stateNames(root);
  await changeMachine(options(), () => undefined);
  expect(stateNames(root)).toEqual(before);
});

test('a boot forgets what was loaded and takes its command line', async () => {
  await insmod(root, 'hello/hello');
  await bootMachine(options(), 'module.sig_enforce=1');
  expect(text(root, 'proc/cmdline')).toBe('module.sig_enforce=1\n');
  expect(text(root, 'proc/modules')).toBe('');
  expect(text(root, 'sys/module/module/parameters/sig_enforce')).toBe('Y\n');
  expect(existsSync(join(root, 'sys/module/hello'))).toBe(false);
  expect(readMachine(options())).toMatchObject({ taint: 0, log: [], modules: [] });
});

test('a parameter that was written takes effect at the next command', async () => {
  await insmod(root, 'parameters/parameters');
  const file = join(root, 'sys/module/parameters/parameters/an_int');
  writeFileSync(file, '0x20\n');
  readMachine(options());
  expect(text(root, 'sys/module/parameters/parameters/an_int')).toBe('32\n');
  writeFileSync(file, 'junk');
  readMachine(options());
  expect(text(root, 'sys/module/parameters/parameters/an_int')).toBe('32\n');
});

test('what is written after the clock was set back takes effect', async () => {
  await insmod(root, 'parameters/parameters');
  const stamp = join(root, 'run/kobox/drawn');
  writeFileSync(stamp, JSON.stringify({ ...JSON.parse(readFileSync(stamp, 'utf8')), scanned: Date.now() + 3_600_000 }));
  writeFileSync(join(root, 'sys/module/parameters/parameters/an_int'), '32');
  readMachine(options());
  expect(text(root, 'sys/module/parameters/parameters/an_int')).toBe('32\n');
});

test('a text that does not fit is told to the log and the value stays', async () => {
  await insmod(root, 'parameters/parameters');
  writeFileSync(join(root, 'sys/module/parameters/parameters/text'), 'x'.repeat(300));
  const last = readLog(readMachine(options())).at(-1);
  expect(last?.text).toMatch(/^text: string doesn't fit in \d+ chars\.$/);
});

test('a text that a setting refuses does not stay in its file', async () => {
  await insmod(root, 'hello/hello');
  writeFileSync(join(root, 'proc/sys/kernel/kptr_restrict'), '3');
  readMachine({ root });
  expect(text(root, 'proc/sys/kernel/kptr_restrict')).toBe('0\n');
});

test('what a uevent refuses is told to the log', async () => {
  await insmod(root, 'hello/hello');
  writeFileSync(join(root, 'sys/module/hello/uevent'), 'junk\n');
  const { log } = readMachine({ root });
  expect([log.at(-1)?.text, text(root, 'sys/module/hello/uevent')]).toEqual([
    'synth uevent: /module/hello: unknown uevent action string',
    '',
  ]);
});

test('modules_disabled can be set and not be reset', async () => {
  await insmod(root, 'hello/hello');
  writeFileSync(join(root, 'proc/sys/kernel/modules_disabled'), '1\n');
  expect(await insmod(root, 'math/math')).toBe(1);
  writeFileSync(join(root, 'proc/sys/kernel/modules_disabled'), '0\n');
  expect(await insmod(root, 'math/math')).toBe(1);
  expect(text(root, 'proc/sys/kernel/modules_disabled')).toBe('1\n');
});

test('a drawing that was left undone is finished by the next look', async () => {
  await insmod(root, 'hello/hello');
  rmSync(join(root, 'run/kobox/drawn'));
  rmSync(join(root, 'proc'), { recursive: true });
  rmSync(join(root, 'sys'), { recursive: true });
  mkdirSync(join(root, 'proc/sys/kernel'), { recursive: true });
  mkdirSync(join(root, 'sys/module'), { recursive: true });
  settleMachine(root);
  expect(text(root, 'proc/modules')).toMatch(/^hello /);
  expect(text(root, 'sys/module/hello/coresize')).toBe('16384\n');
});

test('a link in the place of a directory is refused', async () => {
  symlinkSync('/tmp', join(root, 'sys'));
  await expect(insmod(root, 'hello/hello')).rejects.toThrow(`${join(root, 'sys')} is not a directory`);
});

test.each(['{', '{"version":99}'])('a state file that holds %s is one clear error', async (content) => {
  mkdirSync(join(root, 'run/kobox'), { recursive: true });
  writeFileSync(join(root, 'run/kobox/state-1.json'), content);
  expect(() => readMachine(options())).toThrow(/^the state in .* (is damaged|has version 99, this is for 1)$/);
});

test('changes that begin at once all land', async () => {
  const changes = Array.from({ length: 30 }, (_, index) =>
    changeMachine(options(), (kernel) => printk(kernel, KERN.INFO, `change ${index}`)),
  );
  await Promise.all(changes);
  const found = readLog(readMachine(options())).map((record) => record.text);
  expect([...found].sort()).toEqual(Array.from({ length: 30 }, (_, index) => `change ${index}`).sort());
});

test('loading and unloading again and again leaves no files behind', async () => {
  await insmod(root, 'hello/hello');
  const names = stateNames(root).length;
  for (let round = 0; round < 25; round++) {
    await changeMachine(options(), (kernel) => {
      deleteModule(kernel, 'hello', 0);
      clearLog(kernel);
    });
    await insmod(root, 'hello/hello');
  }
  expect(stateNames(root)).toHaveLength(names);
});

test('what a killed command was making is cleared away', async () => {
  await insmod(root, 'hello/hello');
  mkdirSync(join(root, 'run/kobox/new-1.tmp/sections'), { recursive: true });
  expect(await insmod(root, 'math/math')).toBe(0);
  expect(stateNames(root).filter((name) => name.endsWith('.tmp'))).toEqual([]);
});

test('what was written between a killed command and the next one takes effect', async () => {
  await insmod(root, 'parameters/parameters', 'an_int=1');
  await killedWhileDrawing(() => insmod(root, 'hello/hello'));
  writeFileSync(join(root, 'sys/module/parameters/parameters/an_int'), '5\n');
  await changeMachine(options(), () => undefined);
  expect(text(root, 'sys/module/parameters/parameters/an_int')).toBe('5\n');
  expect(text(root, 'sys/module/hello/initstate')).toBe('live\n');
});

test('what a killed command did not come to draw is no write of somebody', async () => {
  await insmod(root, 'parameters/parameters', 'an_int=1');
  const path = join(root, 'sys/module/parameters/parameters/an_int');
  for (const value of ['2\n', '3\n']) {
    await killedWhileDrawing(async () => {
      writeFileSync(path, value);
      await changeMachine(options(), () => undefined);
    });
    writeFileSync(path, '1\n');
  }
  expect(stateNames(root).filter((name) => name.startsWith('state-'))).toHaveLength(3);
  await changeMachine(options(), () => undefined);
  expect(text(root, 'sys/module/parameters/parameters/an_int')).toBe('3\n');
  expect(stateNames(root).filter((name) => name.startsWith('state-'))).toHaveLength(1);
});

/** Leaves the root as a command does that was killed between keeping its state and saying that it was drawn. */
async function killedWhileDrawing(command: () => Promise<unknown>): Promise<void> {
  const directory = join(root, 'run/kobox');
  const stamp = readFileSync(join(directory, 'drawn'));
  const kept = join(root, 'kept');
  cpSync(directory, kept, { recursive: true, verbatimSymlinks: true });
  await command();
  cpSync(kept, directory, { recursive: true, force: false, filter: (name) => !/lock-/.test(name) });
  rmSync(kept, { recursive: true });
  writeFileSync(join(directory, 'drawn'), stamp);
}
