import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ElfEdit } from '../support/elf-edit.ts';
import { Machine, type Result, SAMPLES } from './machine.ts';

const RELEASE = '6.1.0-56-amd64';
const PRELOAD = resolve('test/hardening/kill-at.cjs');
const PARAMETERS = join(SAMPLES, 'parameters/parameters.ko');
/** Where `struct module` holds the name. */
const NAME_OFFSET = 24;
const WORK = mkdtempSync(join(tmpdir(), 'kobox-concurrent-'));
const failures: string[] = [];

/** A copy of the sample hello under another name of five letters. */
function moduleNamed(name: string): string {
  const elf = new ElfEdit(readFileSync(join(SAMPLES, 'hello/hello.ko')));
  elf.content('.gnu.linkonce.this_module').write(name, NAME_OFFSET, 'latin1');
  const modinfo = elf.content('.modinfo');
  modinfo.write(name, modinfo.indexOf('name=hello') + 'name='.length, 'latin1');
  const path = join(WORK, `${name}.ko`);
  writeFileSync(path, elf.bytes);
  return path;
}

const nameOf = (index: number): string => `mm${String(index).padStart(3, '0')}`;

function require(what: string, holds: boolean): void {
  if (!holds) failures.push(what);
}

const loadedModules = (machine: Machine): string[] =>
  machine
    .run(['lsmod'])
    .output.split('\n')
    .slice(1, -1)
    .map((line) => line.split(' ')[0]!);

const greetings = (machine: Machine): number => machine.run(['dmesg']).output.split(GREETING).length - 1;

/** Different modules at once: all are there, and each said its line. */
async function differentModules(count: number): Promise<void> {
  const machine = new Machine();
  const files = Array.from({ length: count }, (_, index) => moduleNamed(nameOf(index)));
  const start = performance.now();
  const results = await Promise.all(files.map((file) => machine.start(['insmod', file], RUN)));
  const loaded = loadedModules(machine);
  require(`${count} insmods: all succeed: ${failed(results)}`, results.every(({ status }) => status === 0));
  require(`${count} insmods: all are loaded`, loaded.length === count);
  require(`${count} insmods: each greeted once`, greetings(machine) === count);
  console.log(`${count} insmods at once: ${loaded.length} loaded, ${seconds(start)} s`);
  machine.remove();
}

const GREETING = 'hello: here I am';
const RUN = { KOBOX_INIT: 'run' };
const seconds = (start: number): string => ((performance.now() - start) / 1000).toFixed(1);

function failed(results: readonly Result[]): string {
  return results
    .filter(({ status }) => status !== 0)
    .map(({ status, output }) => `${status} ${output}`)
    .join('; ');
}

/** What may come of one kind of command, whatever the order. */
interface Kind {
  readonly words: (index: number) => string[];
  readonly allowed: RegExp;
}

const MODULES = 8;
const KINDS: Readonly<Record<string, Kind>> = {
  insmod: {
    words: (index) => ['insmod', join(WORK, `${nameOf(index % MODULES)}.ko`)],
    allowed: /^(0|17 insmod: can't insert '.*': File exists)\n?$/,
  },
  rmmod: {
    words: (index) => ['rmmod', nameOf(index % MODULES)],
    allowed: /^(0|1 rmmod: can't unload module '.*': No such file or directory)\n?$/,
  },
  modprobe: { words: () => ['modprobe', 'calc'], allowed: /^0$/ },
  'modprobe -r': {
    words: () => ['modprobe', '-r', 'calc'],
    allowed: /^0$|^1 .*(No such file|Resource temporarily|not found|in use)/,
  },
  lsmod: { words: () => ['lsmod'], allowed: /^0Module +Size +Used by/ },
  dmesg: { words: () => ['dmesg', '-r'], allowed: /^0/ },
  write: {
    words: (index) => ['write', '/sys/module/parameters/parameters/an_int', String(1000 + index)],
    allowed: /^0$/,
  },
};

/** Everything at once: the outcomes are those of some serial order. */
async function everything(count: number): Promise<void> {
  const machine = prepared();
  const kinds = Object.entries(KINDS);
  const before = greetings(machine);
  const start = performance.now();
  const typing = typeIntoFile(machine);
  const runs = Array.from({ length: count }, async (_, index) => {
    const [name, { words, allowed }] = kinds[index % kinds.length]!;
    const turn = Math.floor(index / kinds.length);
    const result = await machine.start(words(turn), RUN);
    return { name, turn, allowed, result };
  });
  const done = await Promise.all(runs);
  const typed = await typing.stop();
  for (const { name, result, allowed } of done)
    require(`${name}: ${result.status} ${result.output}`, allowed.test(
      `${result.status}${result.status === 0 ? '' : ' '}${result.output}`,
    ));
  judgeModules(machine, done, before);
  judgeCalc(machine);
  const value = Number(machine.run(['cat', '/sys/module/parameters/parameters/an_int']).output);
  require(`an_int is one that was written: ${value}`, done.some(
    ({ name, turn }) => name === 'write' && 1000 + turn === value,
  ));
  const text = machine.run(['cat', '/sys/module/parameters/parameters/text']).output.trim();
  require(`the file's last text is kept: ${text}, written ${typed}`, text === String(typed));
  console.log(`${count} commands at once, and ${typed} writes into a file of sys/: ${seconds(start)} s`);
  machine.remove();
}

function prepared(): Machine {
  const machine = new Machine();
  const tree = join(machine.root, 'lib/modules', RELEASE);
  mkdirSync(tree, { recursive: true });
  for (const name of ['math', 'calc'])
    writeFileSync(join(tree, `${name}.ko`), readFileSync(join(SAMPLES, 'math', `${name}.ko`)));
  machine.run(['depmod', '-a']);
  machine.run(['insmod', PARAMETERS], RUN);
  return machine;
}

/** A shell that echoes into a parameter's file meanwhile. */
function typeIntoFile(machine: Machine): { stop: () => Promise<number> } {
  const path = join(machine.root, 'sys/module/parameters/parameters/text');
  let [stopped, number] = [false, 0];
  const typing = (async () => {
    while (!stopped) {
      writeFileSync(path, `${++number}\n`);
      await sleep(100);
    }
    return number;
  })();
  return {
    stop: () => {
      stopped = true;
      return typing;
    },
  };
}

interface Done {
  readonly name: string;
  readonly turn: number;
  readonly result: Result;
}

/** A module was loaded as often as it was unloaded, or once more, and then it is there; each load greeted. */
function judgeModules(machine: Machine, done: readonly Done[], before: number): void {
  const loaded = new Set(loadedModules(machine));
  const successes = (kind: string, module: number): number =>
    done.filter(({ name, turn, result }) => name === kind && turn % MODULES === module && result.status === 0).length;
  let all = 0;
  for (let module = 0; module < MODULES; module++) {
    const [ins, outs] = [successes('insmod', module), successes('rmmod', module)];
    all += ins;
    require(`${nameOf(module)}: loaded ${ins} times, unloaded ${outs}`, ins - outs ===
      (loaded.has(nameOf(module)) ? 1 : 0));
  }
  require(`${all} loads, ${greetings(machine) - before} greetings`, greetings(machine) - before === all);
}

function judgeCalc(machine: Machine): void {
  const lines = machine
    .run(['lsmod'])
    .output.split('\n')
    .map((line) => line.split(/ +/));
  const used = (name: string) => lines.find(([found]) => found === name)?.[2];
  if (used('calc') !== undefined) require('calc holds math', used('math') === '1');
}

/** A holder of the lock is killed: what the next command waits for it. */
function killedHolder(): void {
  const file = moduleNamed(nameOf(0));
  const times: number[] = [];
  for (const at of [5, 20, 60]) {
    const machine = new Machine();
    machine.run(['insmod', moduleNamed(nameOf(1))]);
    machine.run(['insmod', moduleNamed(nameOf(2))], { NODE_OPTIONS: `--require=${PRELOAD}`, KILL_AT: String(at) });
    const start = performance.now();
    const { status } = machine.run(['insmod', file]);
    times.push(performance.now() - start);
    require('the command after a killed one succeeds', status === 0);
    machine.remove();
  }
  const quiet = new Machine();
  quiet.run(['insmod', moduleNamed(nameOf(1))]);
  const start = performance.now();
  quiet.run(['insmod', file]);
  const usual = performance.now() - start;
  quiet.remove();
  const delay = Math.max(...times) - usual;
  require(`a killed holder delays the next command by ${delay.toFixed(0)} ms`, delay < 1000);
  console.log(
    `after a killed holder: ${times.map((time) => time.toFixed(0)).join(', ')} ms; else ${usual.toFixed(0)} ms`,
  );
}

/** `concurrent.ts [MODULES] [COMMANDS]`. */
async function main([modules = '50', commands = '200']: readonly string[]): Promise<number> {
  await differentModules(Number(modules));
  for (let index = 0; index < MODULES; index++) moduleNamed(nameOf(index));
  await everything(Number(commands));
  killedHolder();
  rmSync(WORK, { recursive: true });
  for (const line of failures) console.log(`FAILED ${line}`);
  console.log(`lost or unexplained: ${failures.length}`);
  return failures.length === 0 ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));
