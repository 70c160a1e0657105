import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Machine, SAMPLES } from './machine.ts';

const RELEASE = '6.1.0-56-amd64';
const HELLO = join(SAMPLES, 'hello/hello.ko');
const MATH = join(SAMPLES, 'math/math.ko');
const CALC = join(SAMPLES, 'math/calc.ko');
const PARAMETERS = join(SAMPLES, 'parameters/parameters.ko');

const SOURCES = mkdtempSync(join(tmpdir(), 'kobox-kernel-'));
const IMPORT = [
  'kernel',
  'import',
  ...['--symvers', sourceFile('Module.symvers', '0x92997ed8\t_printk\tvmlinux\tEXPORT_SYMBOL\t\n')],
  ...['--config', sourceFile('config', 'CONFIG_MODULES=y\nCONFIG_MODVERSIONS=y\nCONFIG_X86_64=y\n')],
  ...['--release', 'made-up'],
];

/** A command that changes the machine, on a machine as others left it. */
export interface Victim {
  readonly before: readonly (readonly string[])[];
  readonly command: readonly string[];
  /** Module indexes that are emptied before, so that each is written anew. */
  readonly spoil?: string;
  /** A file of the root and what a shell writes into it after the kill, before anybody looks. */
  readonly typed?: readonly [path: string, text: string];
}

/** Every kind of command that changes files. */
export const VICTIMS: readonly Victim[] = [
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
    before: [['insmod', PARAMETERS, 'an_int=1']],
    command: ['insmod', HELLO],
    typed: ['sys/module/parameters/parameters/an_int', '77\n'],
  },
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

/** The machine that a command finds. */
export function prepare({ before, spoil }: Victim): Machine {
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

/** The command as people read it. */
export function label({ command }: Victim): string {
  return command.map((word) => word.slice(word.lastIndexOf('/') + 1)).join(' ');
}

/** Removes what the commands read. */
export function removeSources(): void {
  rmSync(SOURCES, { recursive: true });
}
