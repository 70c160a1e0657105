import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ElfEdit } from '../support/elf-edit.ts';
import { Machine, type Result, SAMPLES } from './machine.ts';

const RELEASE = '6.1.0-56-amd64';
const PRELOAD = resolve('test/hardening/measure.cjs');
const HELLO = readFileSync(join(SAMPLES, 'hello/hello.ko'));
const SYMBOL_SIZE = 24;
const SHN_ABS = 0xfff1;

/** An input that grows, and the command that is to take it in linear time. */
interface Growing {
  readonly name: string;
  readonly sizes: readonly number[];
  /** Lays the input out; the command, and how large the input is. */
  readonly prepare: (machine: Machine, size: number) => { words: string[]; bytes: number };
  /** What the command says in the end. */
  readonly says?: RegExp;
}

const ROWS: readonly Growing[] = [
  {
    name: 'insmod: symbols',
    sizes: [250_000, 500_000, 1_000_000],
    prepare: (machine, size) => moduleFile(machine, ['insmod'], manySymbols(size)),
  },
  {
    name: 'depmod: aliases of a module',
    sizes: [25_000, 50_000, 100_000],
    prepare: (machine, size) => inTree(machine, manyAliases(size), ['depmod', '-a']),
  },
  {
    name: 'modprobe: aliases in the index',
    sizes: [25_000, 50_000, 100_000],
    prepare: (machine, size) => {
      const { bytes } = inTree(machine, manyAliases(size), []);
      machine.run(['depmod', '-a']);
      return { words: ['modprobe', '-n', 'alias:99999:7'], bytes };
    },
  },
  {
    name: 'modprobe: chain of softdeps',
    sizes: [2_500, 5_000, 10_000],
    prepare: (machine, size) =>
      configured(machine, (n) => `softdep hello${n === 0 ? '' : n} pre: hello${n + 1}\n`, size),
  },
  {
    name: 'modprobe: ring of softdeps',
    sizes: [2_500, 5_000, 10_000],
    prepare: (machine, size) =>
      configured(machine, (n) => `softdep hello${n === 0 ? '' : n} pre: hello${(n + 1) % size || ''}\n`, size),
  },
  {
    name: 'modprobe: aliases in modprobe.d',
    sizes: [50_000, 100_000, 200_000],
    prepare: (machine, size) => configured(machine, (n) => `alias a${n}*b*c hello\n`, size),
  },
  {
    name: 'modprobe: globs that backtrack',
    sizes: [500, 1_000, 2_000],
    prepare: (machine, size) => {
      const made = configured(machine, () => `alias ${'*a'.repeat(20)}b hello\n`, size);
      return { ...made, words: ['modprobe', '-q', 'a'.repeat(200)] };
    },
  },
  {
    name: 'modprobe: options of a module',
    sizes: [1 << 20, 2 << 20, 4 << 20],
    prepare: (machine, size) => configured(machine, () => `options hello x=${'y'.repeat(size)}\n`, 1),
  },
  {
    name: 'modinfo: fields',
    sizes: [50_000, 100_000, 200_000],
    prepare: (machine, size) => moduleFile(machine, ['modinfo'], manyAliases(size)),
  },
  {
    name: 'insmod: sections',
    sizes: [15_000, 30_000, 60_000],
    prepare: (machine, size) => moduleFile(machine, ['insmod'], manySections(size)),
  },
  {
    name: 'insmod: bomb of zstd',
    sizes: [9_000, 18_000],
    prepare: (machine, size) => moduleFile(machine, ['insmod'], zstdBomb(size), 'bomb.ko.zst'),
  },
  {
    name: 'modinfo: bomb of zstd',
    sizes: [9_000, 18_000],
    prepare: (machine, size) => moduleFile(machine, ['modinfo'], zstdBomb(size), 'bomb.ko.zst'),
  },
];

function moduleFile(machine: Machine, command: readonly string[], bytes: Uint8Array, name = 'hello.ko') {
  const path = join(machine.root, name);
  writeFileSync(path, bytes);
  return { words: [...command, path], bytes: bytes.length };
}

function inTree(machine: Machine, module: Uint8Array, words: string[]) {
  const tree = join(machine.root, 'lib/modules', RELEASE);
  mkdirSync(tree, { recursive: true });
  writeFileSync(join(tree, 'hello.ko'), module);
  return { words, bytes: module.length };
}

function configured(machine: Machine, line: (n: number) => string, count: number) {
  inTree(machine, HELLO, []);
  machine.run(['depmod', '-a']);
  const path = join(machine.root, 'etc/modprobe.d/x.conf');
  mkdirSync(join(machine.root, 'etc/modprobe.d'), { recursive: true });
  writeFileSync(path, Array.from({ length: count }, (_, n) => line(n)).join(''));
  return { words: ['--style', 'kmod', 'modprobe', '-n', 'hello'], bytes: statSync(path).size };
}

function manySymbols(count: number): Uint8Array {
  const elf = new ElfEdit(HELLO);
  const old = elf.content('.symtab');
  const more = Buffer.alloc(count * SYMBOL_SIZE);
  for (let at = 0; at < more.length; at += SYMBOL_SIZE) more.writeUInt16LE(SHN_ABS, at + 6);
  elf.setContent('.symtab', Buffer.concat([old, more]));
  return elf.bytes;
}

function manyAliases(count: number): Uint8Array {
  const elf = new ElfEdit(HELLO);
  const aliases = Array.from({ length: count }, (_, n) => `alias=alias:${n}:*\0`).join('');
  elf.setContent('.modinfo', Buffer.concat([elf.content('.modinfo'), Buffer.from(aliases)]));
  return elf.bytes;
}

/** The section headers again behind the file, and empty ones after them. */
function manySections(count: number): Uint8Array {
  const elf = Buffer.from(HELLO);
  const [offset, number] = [Number(elf.readBigUInt64LE(40)), elf.readUInt16LE(60)];
  const headers = elf.subarray(offset, offset + number * 64);
  const whole = Buffer.concat([elf, headers, Buffer.alloc((count - number) * 64)]);
  whole.writeBigUInt64LE(BigInt(elf.length), 40);
  whole.writeUInt16LE(count, 60);
  return whole;
}

/** Blocks of 128 KiB of one byte each, 4 bytes a block. */
function zstdBomb(blocks: number): Uint8Array {
  const head = Buffer.from('28b52ffd0038', 'hex');
  const body = Buffer.alloc(blocks * 4);
  for (let n = 0; n < blocks; n++) body.writeUIntLE(((1 << 17) << 3) | 2 | (n === blocks - 1 ? 1 : 0), n * 4, 3);
  return Buffer.concat([head, body]);
}

/** One run: seconds, MiB. */
interface Measured extends Result {
  readonly seconds: number;
  readonly memory: number;
}

function measure(machine: Machine, words: readonly string[]): Measured {
  const file = join(machine.root, 'memory');
  const start = performance.now();
  const result = machine.run(words, { NODE_OPTIONS: `--require=${PRELOAD}`, MEASURE_TO: file });
  const seconds = (performance.now() - start) / 1000;
  const memory = Number(readFileSync(file, 'utf8')) / 1024;
  rmSync(file);
  return { ...result, seconds, memory };
}

/** Time or memory that is under this is start-up. */
const FREE_SECONDS = 2;
const FREE_MEMORY = 160;
/** How much of a file a command may hold, and how much longer twice the input may take. */
const MOST_MEMORY = 10;
const MOST_GROWTH = 3;

/** `bounds.ts [SHARE]`: the rows with sizes divided by SHARE. */
function main(share: number): number {
  let failed = 0;
  for (const { name, sizes, prepare } of ROWS) {
    const runs = sizes.map((size) => {
      const machine = new Machine();
      const { words, bytes } = prepare(machine, Math.max(1, Math.floor(size / share)));
      const measured = measure(machine, words);
      machine.remove();
      return { ...measured, megabytes: bytes / 2 ** 20 };
    });
    const [last, before] = [runs.at(-1)!, runs.at(-2)!];
    const isGood =
      (last.seconds < FREE_SECONDS || last.seconds < MOST_GROWTH * before.seconds) &&
      last.memory < FREE_MEMORY + MOST_MEMORY * last.megabytes &&
      typeof last.status === 'number' &&
      !last.output.includes('defect');
    if (!isGood) failed++;
    const figures = runs.map(
      ({ megabytes, seconds, memory }) =>
        `${megabytes.toFixed(2)} MB: ${seconds.toFixed(2)} s, ${memory.toFixed(0)} MB`,
    );
    console.log(`${isGood ? 'ok    ' : 'FAILED'} ${name.padEnd(32)} ${figures.join('; ')}`);
    console.log(`       ${last.status} ${last.output.slice(0, 160).split('\n')[0]}`);
  }
  return failed === 0 ? 0 : 1;
}

process.exitCode = main(Number(process.argv[2] ?? 1));
