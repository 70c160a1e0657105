import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { errnoName } from '../../src/abi/errno.ts';
import { parseJsonReport } from '../../src/check/report/json.ts';
import type { Verdict } from '../../src/check/verdict.ts';
import { findModuleFiles } from './module-files.ts';

/** What one run of a program took: seconds of the clock and of the processors. */
interface Times {
  readonly wall: number;
  readonly cpu: number;
  readonly status: number | null;
}

const KOBOX = resolve('bin/kobox');
const scratch = mkdtempSync(join(tmpdir(), 'kobox-check-tree-'));

/**
 * `check-tree.ts MODULE_TREE [OTHER_KERNEL [ROOT]]`: checks the tree on its own kernel, which enforces signatures, beside
 * `sha256sum` over the same files before and after it; then, if the image of another kernel is given, on that one, which
 * has to refuse every module with a cause. MODULE_TREE is named as its kernel's release, which ROOT has or which comes with
 * the package. Exit status 1 when a module gets the wrong answer.
 */
function main([tree, other, root = scratch]: readonly string[]): number {
  if (!tree) throw new Error('usage: check-tree.ts MODULE_TREE [OTHER_KERNEL [ROOT]]');
  const files = findModuleFiles(resolve(tree)).map(({ path }) => path);
  const before = hash(files);
  const { verdicts, times, peak } = check(root, tree, [
    '--kernel',
    basename(tree),
    '--cmdline',
    'module.sig_enforce=1',
  ]);
  const hashes = [before, hash(files)];
  const refused = verdicts.filter(({ loads }) => !loads);
  for (const { file, errno, causes } of refused) console.log(`${file}: ${errnoName(errno)}: ${causes[0]?.reason}`);
  console.log(`check --tree: ${verdicts.length} modules, ${verdicts.length - refused.length} load with sig_enforce`);
  console.log(`  ${timesText(times)}, peak ${Math.round(peak / 1024)} MB`);
  for (const one of hashes) console.log(`  sha256sum of the same files: ${timesText(one)}`);
  const mean = (pick: (times: Times) => number) => hashes.reduce((sum, one) => sum + pick(one), 0) / hashes.length;
  console.log(`  ratio: ${ratio(times, mean, 'wall')} of the clock, ${ratio(times, mean, 'cpu')} of the processors`);
  return (refused.length === 0 ? 0 : 1) | (other === undefined ? 0 : checkOnOther(tree, other));
}

/** Every module must be refused, and each answer must say why. */
function checkOnOther(tree: string, image: string): number {
  const imported = spawnSync(KOBOX, ['--root', scratch, 'kernel', 'import', image], { encoding: 'latin1' });
  const release = imported.stdout.trim();
  if (imported.status !== 0) throw new Error(imported.stderr);
  const { verdicts, times } = check(scratch, tree, ['--kernel', release]);
  const counts = new Map<string, number>();
  for (const { errno, causes, loads } of verdicts) {
    const answer = loads ? 'loads' : `${errnoName(errno)}, ${causes.map(({ id }) => id).join(' and ') || 'no cause'}`;
    counts.set(answer, (counts.get(answer) ?? 0) + 1);
  }
  const wrong = verdicts.filter(({ loads, causes }) => loads !== false || unexplained(causes));
  console.log(`on ${release}: ${verdicts.length} modules, ${verdicts.length - wrong.length} refused with a cause`);
  for (const [answer, count] of counts) console.log(`  ${String(count).padStart(5)}  ${answer}`);
  console.log(`  ${timesText(times)}; for example, ${verdicts[0]?.file}:\n  ${verdicts[0]?.causes[0]?.reason}`);
  return wrong.length === 0 ? 0 : 1;
}

function unexplained(causes: Verdict['causes']): boolean {
  return causes.length === 0 || causes.some(({ id }) => id === 'refused' || id === 'unreadable');
}

function check(root: string, tree: string, words: readonly string[]) {
  const report = join(scratch, 'report.json');
  const measured = join(scratch, 'peak');
  const measure = `--require=${resolve('test/hardening/measure.cjs')}`;
  const command = [KOBOX, '--root', root, 'check', '--json', '--tree', tree, ...words];
  const times = timed(command, report, { NODE_OPTIONS: measure, MEASURE_TO: measured });
  const { verdicts } = parseJsonReport(readFileSync(report, 'utf8'));
  return { verdicts, times, peak: Number(readFileSync(measured, 'utf8')) };
}

function hash(files: readonly string[]): Times {
  return timed(['xargs', '-0', 'sha256sum'], '/dev/null', {}, files.join('\0'));
}

/** Runs a command under bash's `time`; its output goes to a file. */
function timed(command: readonly string[], output: string, env: NodeJS.ProcessEnv, input = ''): Times {
  const out = openSync(output, 'w');
  const { stderr, status } = spawnSync('bash', ['-c', 'TIMEFORMAT="%R %U %S"; time "$@"', 'bash', ...command], {
    input,
    env: { ...process.env, LC_ALL: 'C', ...env },
    stdio: ['pipe', out, 'pipe'],
    encoding: 'latin1',
  });
  closeSync(out);
  if (status === null || status > 2) throw new Error(`${command[0]}: ${stderr}`);
  const [wall = 0, user = 0, system = 0] = stderr.trim().split('\n').at(-1)!.split(' ').map(Number);
  return { wall, cpu: user + system, status };
}

function timesText({ wall, cpu }: Times): string {
  return `${wall.toFixed(2)} s wall, ${cpu.toFixed(2)} s user and system`;
}

function ratio(times: Times, mean: (pick: (times: Times) => number) => number, kind: 'wall' | 'cpu'): string {
  return (times[kind] / mean((one) => one[kind])).toFixed(2);
}

try {
  process.exitCode = main(process.argv.slice(2));
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
