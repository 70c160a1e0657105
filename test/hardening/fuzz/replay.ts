import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { errnoName } from '../../../src/abi/errno.ts';
import type { KernelProfile } from '../../../src/profile/kernel-profile.ts';
import { unexpected } from './disagreements.ts';
import type { LogLine, MutantRecipe } from './mutant-recipe.ts';
import { MutantReplay, type Outcome } from './replay-mutants.ts';

/** A row of the figures: how many recipes, and in how many both kernels agree. */
interface Agreement {
  recipes: number;
  errno: number;
  log: number;
}

/** What a replay found. */
export interface ReplayReport {
  readonly byErrno: ReadonlyMap<string, Agreement>;
  readonly all: Agreement;
  /** Recipes that killed the real kernel, those of them that came back with an answer or a dead task, and the latter. */
  readonly fatal: { recipes: number; cameBack: number; died: number };
  readonly defects: number;
  /** Outcomes that the list of disagreements does not have. */
  readonly unexpected: readonly string[];
  readonly slowest: { id: string; milliseconds: number };
}

/** Recipes of a corpus: one JSON object a line, possibly compressed with gzip. */
export function readCorpus(path: string): MutantRecipe[] {
  const bytes = readFileSync(path);
  const text = (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as MutantRecipe);
}

/** Plays the recipes and compares; each disagreement goes to `tell` as lines for people. */
export function replayCorpus(
  recipes: readonly MutantRecipe[],
  profile: KernelProfile,
  bases: string,
  run: boolean,
  tell: (line: string) => void,
): ReplayReport {
  const replay = new MutantReplay(profile, bases, run);
  const byErrno = new Map<string, Agreement>();
  const report = {
    byErrno,
    all: { recipes: 0, errno: 0, log: 0 },
    fatal: { recipes: 0, cameBack: 0, died: 0 },
    defects: 0,
    unexpected: [] as string[],
    slowest: { id: '', milliseconds: 0 },
  };
  for (const recipe of recipes) {
    const start = performance.now();
    const outcome = replay.play(recipe);
    const milliseconds = performance.now() - start;
    if (milliseconds > report.slowest.milliseconds) report.slowest = { id: recipe.id, milliseconds };
    if (outcome.defect !== undefined) report.defects++;
    if (recipe.oops) countFatal(report.fatal, outcome);
    else {
      countAnswer([report.all, rowOf(byErrno, recipe.errno ?? 0)], recipe, outcome);
      const wrong = unexpected(recipe.id, agrees(recipe, outcome), outcome.died ? 'died' : outcome.errno);
      if (wrong !== undefined) report.unexpected.push(wrong);
    }
    for (const line of disagreement(recipe, outcome)) tell(line);
  }
  return report;
}

function rowOf(rows: Map<string, Agreement>, errno: number): Agreement {
  const name = errno === 0 ? '0' : (errnoName(errno) ?? String(errno));
  const row = rows.get(name) ?? { recipes: 0, errno: 0, log: 0 };
  rows.set(name, row);
  return row;
}

function countFatal(fatal: ReplayReport['fatal'], { died, defect }: Outcome): void {
  fatal.recipes++;
  if (defect === undefined) fatal.cameBack++;
  if (died) fatal.died++;
}

function countAnswer(rows: readonly Agreement[], recipe: MutantRecipe, outcome: Outcome): void {
  for (const row of rows) {
    row.recipes++;
    if (errnoAgrees(recipe, outcome)) row.errno++;
    if (logAgrees(recipe, outcome)) row.log++;
  }
}

function errnoAgrees(recipe: MutantRecipe, outcome: Outcome): boolean {
  return !outcome.died && outcome.errno === recipe.errno;
}

function logAgrees(recipe: MutantRecipe, outcome: Outcome): boolean {
  return JSON.stringify(outcome.log) === JSON.stringify(recipe.log);
}

function agrees(recipe: MutantRecipe, outcome: Outcome): boolean {
  return errnoAgrees(recipe, outcome) && logAgrees(recipe, outcome);
}

function* disagreement(recipe: MutantRecipe, outcome: Outcome): Iterable<string> {
  if (outcome.defect !== undefined) yield `${recipe.id} ${recipe.kind}: ${outcome.defect}`;
  if (recipe.oops || agrees(recipe, outcome)) return;
  yield `${recipe.id} base=${recipe.base} kind=${recipe.kind} ${recipe.note ?? ''} ${JSON.stringify(recipe.ops).slice(0, 160)}`;
  yield `  real  ${recipe.errno} ${shortened(recipe.log)}`;
  yield `  kobox ${outcome.died ? 'died' : outcome.errno} ${shortened(outcome.log)}`;
}

const LONGEST_LINE = 2000;

function shortened(log: readonly LogLine[] | undefined): string {
  return JSON.stringify(log).slice(0, LONGEST_LINE);
}
