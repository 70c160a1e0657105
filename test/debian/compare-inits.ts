/**
 * Loads and unloads modules on the real kernel in QEMU and on kobox's, and compares what insmod and rmmod gave and what
 * the log said: `compare-inits.ts MODULE_TREE BOOT_IMAGE [STEP | NAME...]`, by default every 24th module of the tree.
 * Answers of the real machine are kept below node_modules/.cache. A module that no boot survives is named and left out.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { errnoName } from '../../src/abi/errno.ts';
import { openDefaultProfile } from '../../src/profile/open-profile.ts';
import { type GuestCommand, guestImage } from '../recorder/guest-image.ts';
import { type GuestAnswer, runGuest } from '../recorder/run-guest.ts';
import { InitMachine, type InitResult } from './init-machine.ts';
import { dependencyOrder, findModuleFiles, type ModuleFile, ModuleSet } from './module-files.ts';

/** Modules that one boot of the real machine takes, with those that they need. */
const BATCH = 12;
/** What the real machine said, by the module's name: recorded once. */
const CACHE = join('node_modules', '.cache', 'kobox', 'recorder', 'inits.json');
const STEP = 24;
const BUDGET = 50_000_000;

/** What loading one module gave: its errno's name, and the log without numbers that differ from machine to machine. */
interface Outcome {
  readonly errno: string;
  readonly log: readonly string[];
}

/** Lines as both machines can say them: no addresses, no times, nothing about signatures. */
function plain(log: readonly string[]): string[] {
  return log
    .flatMap((line) => line.replace(/^<\d+>/, '').split('\n'))
    .map((line) => line.trim())
    .filter((line) => !/module verification failed|random: crng|clocksource|watchdog: CPU|tsc: /.test(line))
    .map((line) =>
      line
        .replace(/\b(0x)?[0-9a-f]{8,16}\b/g, 'ADDRESS')
        .replace(/\d+(\.\d+)? (ms|us|MB\/s)/g, 'N $2')
        .trimEnd(),
    );
}

const ERRORS: Readonly<Record<string, string>> = {
  'No such device': 'ENODEV',
  'Operation not supported': 'EOPNOTSUPP',
  'Operation not permitted': 'EPERM',
  'Invalid argument': 'EINVAL',
  'Invalid parameters': 'EINVAL',
  'Unknown symbol in module': 'ENOENT',
  'No such file or directory': 'ENOENT',
  'Device or resource busy': 'EBUSY',
  'File exists': 'EEXIST',
  'Cannot allocate memory': 'ENOMEM',
  'Input/output error': 'EIO',
  'Resource temporarily unavailable': 'EAGAIN',
  'Address family not supported by protocol': 'EAFNOSUPPORT',
  'No such device or address': 'ENXIO',
};

/** What is loaded for a module, itself last. */
function withSoftDependencies(file: ModuleFile, modules: ModuleSet): ModuleFile[] {
  const needed = modules.closure(file);
  const soft = needed.flatMap(({ before }) => before.flatMap((name) => modules.requested(name)));
  return [...new Set([...soft, ...needed])];
}

/** A module whose init gives an error is gone, as on the real kernel. */
function loadOnce(machine: InitMachine, file: ModuleFile): InitResult[] {
  if (machine.isLoaded(file.name)) return [];
  const results = machine.load(file);
  const { returned } = results.at(-1)!;
  if (returned !== undefined && returned < 0) machine.unload(file.name);
  return results;
}

function real(kernel: string, wanted: readonly ModuleFile[], modules: ModuleSet): Outcome[] {
  const files = new Map<string, Uint8Array>();
  const commands: GuestCommand[] = [];
  const say = (line: string): number => commands.push({ line, user: false });
  for (const file of wanted) {
    const needed = withSoftDependencies(file, modules);
    for (const each of needed) files.set(`${each.name}.ko`, new Uint8Array(readFileSync(each.path)));
    say(
      needed
        .slice(0, -1)
        .map(({ name }) => `insmod ${name}.ko`)
        .join('\n') || 'true',
    );
    say(`/sbin/insmod ${file.name}.ko`);
    say(
      [...needed]
        .reverse()
        .map(({ name }) => `rmmod ${name}`)
        .join('\n'),
    );
  }
  const answers = runGuest(kernel, guestImage(files, commands), '');
  return wanted.map((_, index) => outcome(answers[3 * index + 1]!));
}

function outcome({ exit, stderr, log }: GuestAnswer): Outcome {
  const words = /: ([^:]+)$/.exec(stderr.trim())?.[1] ?? '';
  return { errno: exit === 0 ? '0' : (ERRORS[words] ?? words), log: plain(log) };
}

function emulated(file: ModuleFile, modules: ModuleSet): Outcome {
  const machine = new InitMachine(openDefaultProfile(), modules, BUDGET);
  const results = withSoftDependencies(file, modules).flatMap((each) => loadOnce(machine, each));
  const { returned, refused } = results.at(-1)!;
  const errno = refused ?? (returned === undefined ? 'died' : returned < 0 ? errnoName(-returned) : '0');
  return { errno: errno ?? `${returned}`, log: plain(results.at(-1)!.log) };
}

/** Which modules: those of these names, or every so many-th. */
function chosen(files: readonly ModuleFile[], words: readonly string[]): readonly ModuleFile[] {
  const step = words.length === 0 ? STEP : Number(words[0]);
  return files.filter(({ name }, index) => (Number.isNaN(step) ? words.includes(name) : index % step === 0));
}

function main([root, kernel, ...words]: readonly string[]): number {
  if (!root || !kernel) throw new Error('usage: compare-inits.ts MODULE_TREE BOOT_IMAGE [STEP | NAME...]');
  const files = dependencyOrder(findModuleFiles(root));
  const modules = new ModuleSet(files);
  const wanted = chosen(files, words);
  const recorded = record(kernel, wanted, modules);
  let [count, same, sameErrno] = [0, 0, 0];
  for (const file of wanted) {
    const expected = recorded[file.name];
    if (!expected) {
      console.log(`${file.name}: not recorded`);
      continue;
    }
    const found = emulated(file, modules);
    const differences = compare(expected, found);
    count++;
    if (expected.errno === found.errno) sameErrno++;
    if (differences.length === 0) same++;
    else console.log([`${file.name}:`, ...differences].join('\n  '));
  }
  console.log(`${count} modules: ${sameErrno} with the same errno, ${same} with the same log too`);
  return 0;
}

/** Has the real machine load what is not recorded yet. */
function record(kernel: string, wanted: readonly ModuleFile[], modules: ModuleSet): Record<string, Outcome> {
  const known: Record<string, Outcome> = existsSync(CACHE) ? JSON.parse(readFileSync(CACHE, 'utf8')) : {};
  const missing = wanted.filter(({ name }) => !(name in known));
  for (let start = 0; start < missing.length; start += BATCH) {
    const batch = missing.slice(start, start + BATCH);
    for (const [name, outcome] of recordBatch(kernel, batch, modules)) known[name] = outcome;
    mkdirSync(dirname(CACHE), { recursive: true });
    writeFileSync(CACHE, JSON.stringify(known));
  }
  return known;
}

/** One boot; when the machine does not come to its end, a boot for each half. */
function recordBatch(kernel: string, batch: readonly ModuleFile[], modules: ModuleSet): [string, Outcome][] {
  try {
    return real(kernel, batch, modules).map((each, index) => [batch[index]!.name, each]);
  } catch {
    if (batch.length === 1) return [];
    const half = Math.ceil(batch.length / 2);
    return [batch.slice(0, half), batch.slice(half)].flatMap((part) => recordBatch(kernel, part, modules));
  }
}

function compare(expected: Outcome, found: Outcome): string[] {
  const errno = expected.errno === found.errno ? [] : [`errno ${expected.errno}, here ${found.errno}`];
  const missing = expected.log.filter((line) => !found.log.includes(line)).map((line) => `- ${line}`);
  const more = found.log.filter((line) => !expected.log.includes(line)).map((line) => `+ ${line}`);
  return [...errno, ...missing, ...more];
}

process.exitCode = main(process.argv.slice(2));
