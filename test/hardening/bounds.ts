import { readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import {
  bombInTree,
  configured,
  inTree,
  manyAliases,
  manySections,
  manySymbols,
  moduleFile,
  overlappingNames,
  realModules,
  zstdBomb,
} from './growing-inputs.ts';
import { Machine, type Result } from './machine.ts';

const PRELOAD = resolve('test/hardening/measure.cjs');

/** An input that grows, and the command that is to take it in linear time. */
interface Growing {
  readonly name: string;
  readonly sizes: readonly number[];
  /** Lays the input out; the command, and how large the input is. */
  readonly prepare: (machine: Machine, size: number) => { words: string[]; bytes: number };
  /** What the command says. */
  readonly says?: RegExp;
  /** A smaller input tries nothing: a share of the sizes is not taken. */
  readonly whole?: true;
}

/** How the limit of decompression is said, whatever the format. */
const LIMIT_SAID = /: \w+: more than \d+ bytes when decompressed\n/;

const ROWS: readonly Growing[] = [
  {
    name: 'insmod: symbols',
    sizes: [62_500, 250_000, 1_000_000],
    prepare: (machine, size) => moduleFile(machine, ['insmod'], manySymbols(size)),
  },
  {
    name: 'insmod: names in one long string',
    sizes: [10_000, 40_000, 160_000],
    prepare: (machine, size) => moduleFile(machine, ['insmod'], overlappingNames(size)),
    says: /unknown symbol/,
  },
  {
    name: 'depmod: aliases of a module',
    sizes: [6_250, 25_000, 100_000],
    prepare: (machine, size) => inTree(machine, manyAliases(size), ['depmod', '-a']),
  },
  {
    name: 'modprobe: aliases in the index',
    sizes: [6_250, 25_000, 100_000],
    prepare: (machine, size) => {
      const { bytes } = inTree(machine, manyAliases(size), []);
      machine.run(['depmod', '-a']);
      return { words: ['modprobe', '-n', 'alias:99999:7'], bytes };
    },
  },
  {
    name: 'modprobe: chain of softdeps',
    sizes: [625, 2_500, 10_000],
    prepare: (machine, size) =>
      configured(machine, (n) => `softdep hello${n === 0 ? '' : n} pre: hello${n + 1}\n`, size),
  },
  {
    name: 'modprobe: ring of softdeps',
    sizes: [625, 2_500, 10_000],
    prepare: (machine, size) =>
      configured(machine, (n) => `softdep hello${n === 0 ? '' : n} pre: hello${(n + 1) % size || ''}\n`, size),
  },
  {
    name: 'modprobe: aliases in modprobe.d',
    sizes: [12_500, 50_000, 200_000],
    prepare: (machine, size) => configured(machine, (n) => `alias a${n}*b*c hello\n`, size),
  },
  {
    name: 'modprobe: globs that backtrack',
    sizes: [125, 500, 2_000],
    prepare: (machine, size) => {
      const made = configured(machine, () => `alias ${'*a'.repeat(20)}b hello\n`, size);
      return { ...made, words: ['modprobe', '-q', 'a'.repeat(200)] };
    },
  },
  {
    name: 'modprobe: options of a module',
    sizes: [1 << 20, 4 << 20, 16 << 20],
    prepare: (machine, size) => ({
      ...configured(machine, () => `options hello x=${'y'.repeat(size)}\n`, 1),
      words: ['modprobe', 'hello'],
    }),
  },
  {
    name: 'modinfo: fields',
    sizes: [12_500, 50_000, 200_000],
    prepare: (machine, size) => moduleFile(machine, ['modinfo'], manyAliases(size)),
  },
  {
    name: 'insmod: sections',
    sizes: [3_750, 15_000, 60_000],
    prepare: (machine, size) => moduleFile(machine, ['insmod'], manySections(size)),
  },
  {
    name: 'insmod: bomb of zstd',
    sizes: [9_000, 18_000],
    whole: true,
    prepare: (machine, size) => moduleFile(machine, ['--style', 'kmod', 'insmod'], zstdBomb(size), 'bomb.ko.zst'),
    says: LIMIT_SAID,
  },
  ...['modinfo', 'depmod', 'modprobe'].map(
    (command): Growing => ({
      name: `${command}: bomb of zstd`,
      sizes: [9_000, 18_000],
      whole: true,
      prepare: (machine, size) => bombInTree(machine, command, zstdBomb(size), 'bomb.ko.zst'),
      says: LIMIT_SAID,
    }),
  ),
  {
    name: 'insmod: bomb of gzip',
    sizes: [1 << 27, 1 << 28],
    whole: true,
    prepare: (machine, size) => moduleFile(machine, ['insmod'], gzipSync(new Uint8Array(size)), 'bomb.ko.gz'),
    says: LIMIT_SAID,
  },
  {
    name: 'modprobe: real modules in a row',
    sizes: [15, 60, 240],
    prepare: realModules,
    says: /^$/,
  },
];

/** One run: seconds of processors, so that others on the machine count little, and MiB. */
interface Measured extends Result {
  readonly seconds: number;
  readonly memory: number;
}

function measure(machine: Machine, words: readonly string[]): Measured {
  const file = join(machine.root, 'memory');
  const result = machine.run(words, { NODE_OPTIONS: `--require=${PRELOAD}`, MEASURE_TO: file });
  const [memory = 0, seconds = 0] = readFileSync(file, 'utf8').split(' ').map(Number);
  rmSync(file);
  return { ...result, seconds, memory: memory / 1024 };
}

/** Time or memory that is under this is start-up. */
const FREE_SECONDS = 2;
const FREE_MEMORY = 160;
/** How much of a file a command may hold, and how much longer a byte of the larger input may take. */
const MOST_MEMORY = 10;
const MOST_GROWTH = 1.6;

/** `bounds.ts [SHARE]`: the rows with sizes divided by SHARE. */
function main(share: number): number {
  let failed = 0;
  for (const { name, sizes, prepare, says, whole } of ROWS) {
    const runs = sizes.map((size) => {
      const machine = new Machine();
      const { words, bytes } = prepare(machine, whole ? size : Math.max(1, Math.floor(size / share)));
      const measured = measure(machine, words);
      machine.remove();
      return { ...measured, megabytes: bytes / 2 ** 20 };
    });
    const [last, before] = [runs.at(-1)!, runs.at(-2)!];
    const isGood =
      (last.seconds < FREE_SECONDS ||
        last.seconds < MOST_GROWTH * before.seconds * (last.megabytes / before.megabytes)) &&
      last.memory < FREE_MEMORY + MOST_MEMORY * last.megabytes &&
      typeof last.status === 'number' &&
      !last.output.includes('defect') &&
      (says ?? /(?:)/).test(last.output);
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
