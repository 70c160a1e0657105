/**
 * `node test/run.mjs test/bench/depmod.ts VERSION_DIRECTORY [plain]`: kobox's depmod beside the real one in the same run, on
 * that tree and on copies of it: plain, compressed, with and without what was remembered, 1k to 16k modules. `plain`: the
 * tree as it is and nothing else. Needs
 * depmod, xz, zstd and gzip. Wall medians; the ratio is ours by theirs. `DEPMOD`: the real one's command.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';

const TIMES = Number(process.env['TIMES'] ?? 7);
const real = (process.env['DEPMOD'] ?? 'depmod').split(' ');
const own = [process.execPath, 'bin/depmod'];
const work = process.env['BENCH_TREES'] ?? mkdtempSync(join(tmpdir(), 'kobox-bench-depmod-'));
const env = { ...process.env, KOBOX_ROOT: join(work, 'state') };
const COMPRESSORS = { xz: 'xz -1 --lzma2=preset=1,dict=1MiB --check=crc32', zst: 'zstd -q -3', gz: 'gzip -6' };

const COMPRESSED = [
  ['xz', 0.6],
  ['gz', 0.8],
  ['zst', 1],
] as const;

const [source, part] = process.argv.slice(2);
if (source === undefined) throw new Error('usage: depmod.ts VERSION_DIRECTORY');
const release = basename(source);

function modulesOf(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.ko(\.\w+)?$/.test(name))
    .sort()
    .map((name) => join(directory, name));
}

/** A root with `count` modules, further copies under other names; made once. */
function plainRoot(name: string, count: number): string {
  const root = join(work, name);
  const directory = join(root, 'lib/modules', release);
  if (existsSync(root)) return root;
  mkdirSync(directory, { recursive: true });
  for (const file of ['modules.order', 'modules.builtin', 'modules.builtin.modinfo'])
    cpSync(join(source!, file), join(directory, file));
  const modules = modulesOf(source!);
  for (let i = 0; i < count; i++) {
    const from = modules[i % modules.length]!;
    const copy = Math.floor(i / modules.length);
    const to = join(directory, from.slice(source!.length + 1));
    const place = copy === 0 ? to : join(dirname(to), `copy${copy}-${basename(to)}`);
    mkdirSync(dirname(place), { recursive: true });
    cpSync(from, place);
  }
  return root;
}

function compressedRoot(extension: keyof typeof COMPRESSORS, plain: string): string {
  const root = join(work, extension);
  if (existsSync(root)) return root;
  cpSync(plain, root, { recursive: true });
  const script = `find . -name '*.ko' | while read f; do ${COMPRESSORS[extension]} -c $f > $f.${extension} && rm $f; done`;
  execFileSync('sh', ['-c', script], { cwd: root });
  return root;
}

function timeOf([program = '', ...words]: readonly string[], root: string): number {
  const start = process.hrtime.bigint();
  const { status, stderr } = spawnSync(program, [...words, '-b', root, release], {
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  if (status !== 0) throw new Error(`${program} ${words.join(' ')}: exit status ${status}\n${stderr}`);
  return Number(process.hrtime.bigint() - start) / 1e6;
}

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1]!;

function row(
  name: string,
  root: string,
  words: readonly string[],
  goal: number | undefined,
  before: () => void = () => {},
): void {
  const mine: number[] = [];
  const theirs: number[] = [];
  for (let turn = 0; turn < TIMES; turn++) {
    theirs.push(timeOf(real, root));
    timeOf([...own, ...words], root);
    before();
    mine.push(timeOf([...own, ...words], root));
  }
  const [ours, other] = [median(mine), median(theirs)];
  const figures = [ours, other].map((figure) => figure.toFixed(0).padStart(8)).join('');
  console.log(
    `${name.padEnd(34)}${figures}${(ours / other).toFixed(2).padStart(8)}${(goal?.toFixed(2) ?? '').padStart(8)}`,
  );
}

/** Gives ten modules new times, two of which the clock has long passed. */
function touchTen(root: string): void {
  const modules = modulesOf(join(root, 'lib/modules', release));
  const now = Date.now() / 1000;
  for (let i = 0; i < 10; i++) utimesSync(modules[Math.floor((i * modules.length) / 10)]!, now, now);
}

console.log(
  `${'depmod'.padEnd(34)}${'ours'.padStart(8)}${'theirs'.padStart(8)}${'ratio'.padStart(8)}${'goal'.padStart(8)}`,
);
const all = modulesOf(source).length;
const plain = plainRoot('plain', all);
row('plain, nothing remembered', plain, ['--no-cache'], 0.8);
/* What was remembered of outputs that the real one has just replaced does not hold: only ours runs in between. */
row('plain, ten changed', plain, [], 0.45, () => touchTen(plain));
row('plain, nothing changed', plain, [], 0.35);
for (const [extension, goal] of part === 'plain' ? [] : COMPRESSED) {
  try {
    row(`${extension}, nothing remembered`, compressedRoot(extension, plain), ['--no-cache'], goal);
  } catch (error) {
    console.log(`${extension}: ${String(error).split('\n')[0]}`);
  }
}
for (const count of part === 'plain' ? [] : [1000, 4000, 16000])
  row(`${count} modules`, plainRoot(`copies-${count}`, count), ['--no-cache'], undefined);
if (process.env['BENCH_TREES'] === undefined) rmSync(work, { recursive: true });
