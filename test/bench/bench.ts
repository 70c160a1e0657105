/**
 * npm run bench [-- NAME...]: whole-process times beside `node -e 0` in the same run, then depmod beside the real one and
 * the emulated CPU beside Unicorn. The rows stand in test/bench/rows/*.json. What a row needs and this machine has not is
 * said in its place; a tree of modules is taken from `KOBOX_BENCH_TREE`, else from this machine's own.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { findDepmod, findModuleTree, layOutTree } from './module-tree.ts';

interface BenchRow {
  readonly name: string;
  /** Shell command, run once in a fresh root before each measured run. */
  readonly before?: string;
  /** Program and words; `$NAME` stands for an environment variable. */
  readonly run: readonly string[];
  /** The highest ratio that is good. */
  readonly goal?: number;
  /** How often; 15 when left out. */
  readonly times?: number;
  /** A file without which the row is passed over; `$NAME` stands for an environment variable. */
  readonly needs?: string;
}

const ROWS = join('test', 'bench', 'rows');
const DEFAULT_TIMES = 15;

const wanted = process.argv.slice(2);
const rows = readdirSync(ROWS)
  .sort()
  .flatMap((file) => JSON.parse(readFileSync(join(ROWS, file), 'utf8')) as BenchRow[])
  .filter(({ name }) => isWanted(name));

console.log(
  `${'command'.padEnd(36)}${'ms'.padStart(9)}${'node -e 0'.padStart(11)}${'ratio'.padStart(8)}${'goal'.padStart(7)}`,
);
if (process.env['NODE_EXTRA_CA_CERTS']) sayWhatCertificatesCost();
const tree = findModuleTree();
const work = mkdtempSync(join(tmpdir(), 'kobox-bench-'));
delete process.env['KOBOX_BENCH_TREE'];
try {
  if (tree !== undefined && rows.some(({ needs }) => needs?.includes('KOBOX_BENCH_TREE'))) {
    process.env['KOBOX_BENCH_TREE'] = layOutTree(tree, work);
    process.env['KOBOX_BENCH_ROOT'] = work;
    process.env['KOBOX_BENCH_RELEASE'] = basename(tree);
  }
  for (const row of rows) console.log(measure(row));
} finally {
  rmSync(work, { recursive: true, force: true });
}
if (isWanted('depmod')) compareDepmod();
if (isWanted('cpu')) runBench('cpu.ts', []);

/** The launchers in bin/ take the variable away before Node starts: the ratios hold for users who have it set. */
function sayWhatCertificatesCost(): void {
  const times = Array.from({ length: DEFAULT_TIMES }, () => bareTime({ ...process.env, NODE_EXTRA_CA_CERTS: '' }));
  console.log(`${'(without NODE_EXTRA_CA_CERTS)'.padEnd(45)}${median(times).toFixed(1).padStart(11)}`);
}

function bareTime(env: NodeJS.ProcessEnv): number {
  return timeOf([process.execPath, '-e', '0'], env);
}

function isWanted(name: string): boolean {
  return wanted.length === 0 || wanted.some((word) => name.includes(word));
}

function compareDepmod(): void {
  const depmod = findDepmod();
  if (tree === undefined) console.log(`${'depmod'.padEnd(36)}needs $KOBOX_BENCH_TREE`);
  else if (depmod === undefined) console.log(`${'depmod'.padEnd(36)}needs the real depmod ($DEPMOD)`);
  else runBench('depmod.ts', [tree, 'plain'], { DEPMOD: depmod, TIMES: process.env['TIMES'] ?? '3' });
}

function runBench(file: string, words: readonly string[], env: NodeJS.ProcessEnv = {}): void {
  console.log('');
  const program = ['test/run.mjs', join('test/bench', file), ...words];
  spawnSync(process.execPath, program, { env: { ...process.env, ...env }, stdio: 'inherit' });
}

function measure({ name, before, run, goal, times = DEFAULT_TIMES, needs }: BenchRow): string {
  const file = needs === undefined ? undefined : expand(needs);
  if (file !== undefined && !existsSync(file)) return `${name.padEnd(36)}needs ${needs}`;
  const own: number[] = [];
  const bare: number[] = [];
  for (let turn = 0; turn < times; turn++) {
    bare.push(bareTime(process.env));
    own.push(inFreshRoot(before, run));
  }
  const [mine, nodes] = [median(own), median(bare)];
  const figures = [mine.toFixed(1).padStart(9), nodes.toFixed(1).padStart(11), (mine / nodes).toFixed(2).padStart(8)];
  return `${name.padEnd(36)}${figures.join('')}${(goal?.toFixed(1) ?? '').padStart(7)}`;
}

function expand(text: string): string {
  return text.replace(/\$(\w+)/g, (_, variable: string) => process.env[variable] ?? '');
}

/** The roots stay until the end: ext4 makes files several times as slowly while inodes have just been given back. */
function inFreshRoot(before: string | undefined, run: readonly string[]): number {
  const root = mkdtempSync(join(work, 'root-'));
  const env = { ...process.env, KOBOX_ROOT: root, PATH: `${process.cwd()}/bin:${process.env['PATH']}` };
  if (before !== undefined) spawnSync('sh', ['-c', before], { env, stdio: 'inherit' });
  return timeOf(run.map(expand), env);
}

function timeOf([program = '', ...words]: readonly string[], env: NodeJS.ProcessEnv): number {
  const start = process.hrtime.bigint();
  const { status, stderr } = spawnSync(program, words, { env, stdio: ['ignore', 'ignore', 'pipe'] });
  const end = process.hrtime.bigint();
  if (status !== 0) throw new Error(`${[program, ...words].join(' ')}: exit status ${status}\n${stderr}`);
  return Number(end - start) / 1e6;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}
