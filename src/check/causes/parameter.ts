import { nextArg } from '../../kernel/next-arg.ts';
import type { CauseRule, Diagnosis } from '../diagnosis.ts';
import type { Cause } from '../verdict.ts';
import { listWords } from '../words.ts';

/** A value that a parameter does not take. */
export const parameter: CauseRule = ({ stage, info }) =>
  stage === 'parse_args' && info
    ? [
        {
          id: 'parameter-value',
          reason: `A value in '${info.args.trim()}' does not fit its parameter; the log line names both.`,
          next: `See what the parameters take: modinfo -p ${info.module.name}.`,
        },
      ]
    : [];

/** Words that name no parameter of the module: the kernel only warns. With the nearest name that there is. */
export function misspeltParameters({ info }: Pick<Diagnosis, 'info'>): Cause[] {
  if (!info) return [];
  const known = info.module.parameters.map(({ name }) => name);
  return wordsOf(info.args)
    .filter((word) => !known.includes(word) && !BUILT_IN.has(word))
    .map((word) => explain(word, known));
}

/** Parameters that every module has: `unknown_module_param_cb`. */
const BUILT_IN = new Set(['dyndbg', 'async_probe']);

function wordsOf(args: string): string[] {
  const words: string[] = [];
  for (let rest = args.trimStart(); rest !== ''; ) {
    const { param, rest: next } = nextArg(rest);
    if (param === '--') break;
    words.push(param.replaceAll('-', '_'));
    rest = next;
  }
  return words;
}

function explain(word: string, known: readonly string[]): Cause {
  const nearest = known
    .map((name) => ({ name, distance: editDistance(word, name) }))
    .sort((a, b) => a.distance - b.distance)[0];
  const close = nearest && nearest.distance <= Math.max(1, word.length / 3);
  return {
    id: 'parameter-name',
    reason: `The module has no parameter '${word}': the kernel ignores it with a warning.`,
    next: close
      ? `Did you mean '${nearest.name}'?`
      : known.length > 0
        ? `Its parameters: ${listWords(known, 12)}.`
        : 'It has no parameters at all.',
  };
}

/** Levenshtein distance. */
function editDistance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, column) => column);
  for (const [i, letter] of [...one].entries()) {
    const next = [i + 1];
    for (const [j, against] of [...other].entries()) {
      next.push(Math.min(next[j]! + 1, row[j + 1]! + 1, row[j]! + (letter === against ? 0 : 1)));
    }
    row = next;
  }
  return row.at(-1)!;
}
