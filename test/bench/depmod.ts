/**
 * `npm run bench:depmod [-- VERSION_DIRECTORY [plain]]`: kobox's depmod beside the real one in the same run, on that tree
 * (else the one that `npm run bench` finds) and on copies of it: plain, compressed, with and without what was remembered,
 * 1k to 16k modules. `plain`: the tree as it is and nothing else. Wall medians of TIMES turns; the ratio is ours by
 * theirs; our peak memory. Needs depmod (`DEPMOD`: its command), and xz, zstd and gzip. `DEPMOD_GZ`: the command of one
 * that was built with zlib, for the row of gz modules, where `DEPMOD` was not.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { COMPRESSORS, compressedRoot, exchangeTen, modulesOf, plainRoot, rebuildTen } from './depmod-trees.ts';
import { findDepmod, findModuleTree } from './module-tree.ts';

interface Row {
  readonly name: string;
  readonly root: string;
  /** Words for ours. */
  readonly words: readonly string[];
  readonly goal?: number;
  /** Ours runs once more before this is done and ours is measured. */
  readonly before?: () => void;
  /** The real one's command where it is another. */
  readonly real?: string | undefined;
}

/** Ratio that is good, by compression. */
const COMPRESSED_GOALS = { xz: 0.6, gz: 0.8, zst: 1 } as const;
const COUNTS = [1000, 4000, 16000];
const MEMORY_GOAL = 150;

const [given, part] = process.argv.slice(2);
const source = given ?? findModuleTree();
const real = findDepmod();
if (source === undefined) throw new Error('needs a tree of modules: KOBOX_BENCH_TREE, or a version directory as word');
if (real === undefined) throw new Error('needs the real depmod: DEPMOD');

const TIMES = Number(process.env['TIMES'] ?? 7);
const own = ['bin/depmod'];
const peak = [process.execPath, '--require', './test/bench/print-peak.cjs', 'bin/depmod'];
const work = process.env['BENCH_TREES'] ?? mkdtempSync(join(tmpdir(), 'kobox-bench-depmod-'));
const release = basename(source);
const env = { ...process.env, KOBOX_ROOT: join(work, 'state') };

const COLUMNS: readonly (readonly [string, number])[] = [
  ['depmod', 34],
  ['ours', 8],
  ['theirs', 8],
  ['ratio', 8],
  ['goal', 8],
  ['MB', 6],
  [`(${MEMORY_GOAL})`, 7],
];

function print(cells: readonly string[]): void {
  const padded = cells.map((cell, i) => (i === 0 ? cell.padEnd(COLUMNS[i]![1]) : cell.padStart(COLUMNS[i]![1])));
  console.log(padded.join(''));
}

function run([program = '', ...words]: readonly string[], root: string): { ms: number; stderr: string } {
  const start = process.hrtime.bigint();
  const { status, stderr } = spawnSync(program, [...words, '-b', root, release], {
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ms = Number(process.hrtime.bigint() - start) / 1e6;
  if (status !== 0) throw new Error(`${program} ${words.join(' ')}: exit status ${status}\n${stderr}`);
  return { ms, stderr };
}

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1]!;

function measure({ name, root, words, goal, before, real: other }: Row): void {
  const mine: number[] = [];
  const theirs: number[] = [];
  const ours = [...own, ...words];
  for (let turn = 0; turn < TIMES; turn++) {
    theirs.push(run((other ?? real!).split(' '), root).ms);
    if (!canReadAll(root)) theirs.length = 0;
    if (!words.includes('--no-cache')) run(ours, root);
    before?.();
    mine.push(run(ours, root).ms);
  }
  before?.();
  const memory = Number(run([...peak, ...words], root).stderr) / 1024;
  const ratio = theirs.length === 0 ? 'cannot' : (median(mine) / median(theirs)).toFixed(2);
  const theirTime = theirs.length === 0 ? '-' : median(theirs).toFixed(0);
  print([name, median(mine).toFixed(0), theirTime, ratio, goal?.toFixed(2) ?? '', memory.toFixed(0)]);
}

/** The depmod that ran last knows these modules' compression: it listed some. */
function canReadAll(root: string): boolean {
  return statSync(join(root, 'lib/modules', release, 'modules.dep')).size > 0;
}

function measureAll(): void {
  const all = modulesOf(source!).length;
  const plain = plainRoot(work, source!, 'plain', all);
  const directory = join(plain, 'lib/modules', release);
  print(COLUMNS.map(([title]) => title));
  measure({ name: 'plain, nothing remembered', root: plain, words: ['--no-cache'], goal: 0.8 });
  measure({
    name: 'plain, ten other symbols, aliases',
    root: plain,
    words: [],
    goal: 0.45,
    before: () => exchangeTen(directory),
  });
  measure({
    name: 'plain, ten rebuilt',
    root: plain,
    words: [],
    goal: 0.45,
    before: () => rebuildTen(directory),
  });
  measure({ name: 'plain, nothing changed', root: plain, words: [], goal: 0.35 });
  if (part === 'plain') return;
  for (const extension of Object.keys(COMPRESSORS) as (keyof typeof COMPRESSORS)[]) {
    const root = compressedRoot(work, plain, extension);
    const other = extension === 'gz' ? process.env['DEPMOD_GZ'] : undefined;
    const goal = COMPRESSED_GOALS[extension];
    measure({ name: `${extension}, nothing remembered`, root, words: ['--no-cache'], goal, real: other });
  }
  for (const count of COUNTS) {
    measure({
      name: `${count} modules`,
      root: plainRoot(work, source!, `copies-${count}`, count),
      words: ['--no-cache'],
    });
  }
}

try {
  measureAll();
} finally {
  if (process.env['BENCH_TREES'] === undefined) rmSync(work, { recursive: true });
}
