import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Machine, SAMPLES } from './machine.ts';

const RELEASE = '6.1.0-56-amd64';
const PRELOAD = resolve('test/hardening/kill-at.cjs');
const HELLO = join(SAMPLES, 'hello/hello.ko');
const MATH = join(SAMPLES, 'math/math.ko');
const CALC = join(SAMPLES, 'math/calc.ko');

const SOURCES = mkdtempSync(join(tmpdir(), 'kobox-kernel-'));
const IMPORT = [
  'kernel',
  'import',
  ...['--symvers', sourceFile('Module.symvers', '0x92997ed8\t_printk\tvmlinux\tEXPORT_SYMBOL\t\n')],
  ...['--config', sourceFile('config', 'CONFIG_MODULES=y\nCONFIG_MODVERSIONS=y\nCONFIG_X86_64=y\n')],
  ...['--release', 'made-up'],
];

/** A command that is killed, on a machine as others left it. */
interface Victim {
  readonly before: readonly (readonly string[])[];
  readonly command: readonly string[];
  /** Module indexes that are emptied before, so that each is written anew. */
  readonly spoil?: string;
}

const VICTIMS: readonly Victim[] = [
  { before: [], command: ['insmod', HELLO] },
  { before: [['insmod', MATH]], command: ['insmod', CALC, 'a=1'] },
  {
    before: [
      ['insmod', HELLO],
      ['insmod', MATH],
    ],
    command: ['rmmod', 'math'],
  },
  { before: [['depmod', '-a']], command: ['modprobe', 'calc'] },
  {
    before: [
      ['depmod', '-a'],
      ['modprobe', 'calc'],
    ],
    command: ['modprobe', '-r', 'calc'],
  },
  { before: [], command: ['depmod', '-a'] },
  { before: [['depmod', '-a']], spoil: 'modules.', command: ['depmod', '-a'] },
  { before: [], command: IMPORT },
  { before: [['insmod', HELLO]], command: ['boot', 'quiet'] },
  { before: [], command: ['key', 'add', resolve('test/signature/recorded/test-cert.pem')] },
];

function sourceFile(name: string, text: string): string {
  const path = join(SOURCES, name);
  writeFileSync(path, text);
  return path;
}

/** Commands that may be run twice. */
const REPEATABLE = new Set(['depmod', 'kernel', 'boot']);

/** What became of one victim. */
interface Tally {
  points: number;
  old: number;
  fresh: number;
  readonly broken: string[];
}

/** `kill-points.ts [MOST]`: kills each command at up to MOST of its changes of the file system, evenly spread. */
function main(most: number): number {
  const tallies = VICTIMS.map((victim) => attack(victim, most));
  const broken = tallies.flatMap((tally) => tally.broken);
  for (const line of broken) console.log(line);
  const sum = (pick: (tally: Tally) => number) => tallies.reduce((total, tally) => total + pick(tally), 0);
  console.log(
    `kill points: ${sum(({ points }) => points)}; old state found ${sum(({ old }) => old)}, new state ${sum(({ fresh }) => fresh)}, neither ${broken.length}`,
  );
  return broken.length === 0 ? 0 : 1;
}

function attack(victim: Victim, most: number): Tally {
  const template = prepare(victim);
  const count = countChanges(victim, template);
  const after = new Machine(template);
  after.run(victim.command);
  const states = { old: template.look(), fresh: after.look() };
  const tally: Tally = { points: 0, old: 0, fresh: 0, broken: [] };
  const step = Math.max(1, count / most);
  for (let at = 1; at <= count; at += step) judge(victim, template, Math.floor(at), states, tally);
  template.remove();
  after.remove();
  console.log(`${label(victim)}: ${count} changes, ${tally.points} kill points, old ${tally.old}, new ${tally.fresh}`);
  return tally;
}

function prepare({ before, spoil }: Victim): Machine {
  const machine = new Machine();
  const tree = join(machine.root, 'lib/modules', RELEASE, 'extra');
  mkdirSync(tree, { recursive: true });
  for (const file of [HELLO, MATH, CALC]) cpSync(file, join(tree, file.slice(file.lastIndexOf('/') + 1)));
  for (const words of before) machine.run(words);
  machine.run(['lsmod']);
  if (spoil) spoilIndexes(join(machine.root, 'lib/modules', RELEASE), spoil);
  return machine;
}

function spoilIndexes(directory: string, prefix: string): void {
  for (const name of readdirSync(directory).filter((found) => found.startsWith(prefix)))
    writeFileSync(join(directory, name), '');
}

function countChanges(victim: Victim, template: Machine): number {
  const machine = new Machine(template);
  const directory = mkdtempSync(join(tmpdir(), 'kobox-count-'));
  const file = join(directory, 'count');
  machine.run(victim.command, { NODE_OPTIONS: `--require=${PRELOAD}`, KILL_AT: '0', KILL_COUNT: file });
  const count = Number(readFileSync(file, 'utf8'));
  rmSync(directory, { recursive: true });
  machine.remove();
  return count;
}

function judge(
  victim: Victim,
  template: Machine,
  at: number,
  states: { old: string; fresh: string },
  tally: Tally,
): void {
  const machine = new Machine(template);
  machine.run(victim.command, { NODE_OPTIONS: `--require=${PRELOAD}`, KILL_AT: String(at) });
  const found = machine.look();
  tally.points++;
  if (found === states.old) tally.old++;
  else if (found === states.fresh) tally.fresh++;
  else
    tally.broken.push(
      `${label(victim)}, killed at change ${at}: neither the old state nor the new one: ${difference(found, states.old, states.fresh)}`,
    );
  again(victim, machine, at, tally);
  machine.remove();
}

/** The same command once more ends as it always does and leaves nothing that the killed one was writing. */
function again(victim: Victim, machine: Machine, at: number, tally: Tally): void {
  if (!REPEATABLE.has(victim.command[0]!)) return;
  const { status, output } = machine.run(victim.command);
  const left = machine.unfinished();
  if (status !== 0 || left.length > 0)
    tally.broken.push(`${label(victim)}, killed at change ${at}: run again: ${status} ${output}${left.join(' ')}`);
}

function label({ command }: Victim): string {
  return command.map((word) => word.slice(word.lastIndexOf('/') + 1)).join(' ');
}

/** The first place where the found state leaves the nearer of the two. */
function difference(found: string, old: string, fresh: string): string {
  const commonTo = (other: string) => [...found].findIndex((character, index) => character !== other[index]);
  const at = Math.max(commonTo(old), commonTo(fresh));
  return found.slice(Math.max(0, at - 60), at + 60);
}

process.exitCode = main(Number(process.argv[2] ?? 1000));
rmSync(SOURCES, { recursive: true });
