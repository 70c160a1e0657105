import { errnoName } from '../../abi/errno.ts';
import type { Verdict } from '../verdict.ts';
import { summarize } from './summary.ts';

/** Paints words; the plain painter leaves them as they are. */
export interface Paint {
  good(text: string): string;
  bad(text: string): string;
  faint(text: string): string;
}

/** No colours: a file, a pipe, or NO_COLOR. */
export const PLAIN: Paint = { good: (text) => text, bad: (text) => text, faint: (text) => text };

/** One module's answer for a person: a line, and below it what the kernel says, the reason and the next step. */
export function verdictText(verdict: Verdict, paint: Paint): string {
  const { file, loads, errno } = verdict;
  const head = loads
    ? paint.good('loads')
    : loads === undefined
      ? paint.bad('could not tell')
      : paint.bad('does not load');
  const number = loads === false ? ` (${errnoName(errno) ?? errno})` : '';
  return `${file}: ${head}${number}\n${loads ? warnings(verdict) : details(verdict, paint)}`;
}

/** The last lines: on which kernel, how many of each, and of those that do not load, how many for which cause. */
export function summaryText(kernel: string, verdicts: readonly Verdict[]): string {
  const { load, doNot, unknown } = summarize(verdicts);
  const rest = unknown > 0 ? `, ${unknown} could not be told` : '';
  const head = `${verdicts.length} ${verdicts.length === 1 ? 'module' : 'modules'} on ${kernel}: ${load} load, ${doNot} do not${rest}\n`;
  return doNot > 1 ? head + causeCounts(verdicts) : head;
}

function causeCounts(verdicts: readonly Verdict[]): string {
  const counts = new Map<string, number>();
  for (const { loads, causes } of verdicts) {
    if (loads === false)
      for (const id of new Set(causes.map((cause) => cause.id))) counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  const rows = [...counts].sort((one, other) => other[1] - one[1]);
  return rows.map(([id, count]) => `  ${String(count).padStart(6)}  ${id}\n`).join('');
}

function warnings({ causes }: Verdict): string {
  return causes.map(({ reason, next }) => `  warning: ${reason} ${next}\n`).join('');
}

function details({ log, causes }: Verdict, paint: Paint): string {
  const kernel = log.map((line) => `${paint.faint(`  kernel: ${line.replaceAll('\n', '\n          ')}`)}\n`).join('');
  return kernel + causesText(causes);
}

/** Why, and what to do next: two lines a cause. */
export function causesText(causes: Verdict['causes']): string {
  return causes.map(({ reason, next }) => `  why:    ${reason}\n  next:   ${next}\n`).join('');
}
