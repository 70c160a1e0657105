import type { LoadInfo } from '../../kernel/load-info.ts';
import { nextArg } from '../../kernel/params/next-arg.ts';
import type { CauseRule, Diagnosis } from '../diagnosis.ts';
import type { Cause } from '../verdict.ts';
import { listWords } from '../words.ts';

/** A value that a parameter does not take. */
export const parameter: CauseRule = ({ stage, info }) =>
  stage === 'parse_args' && info
    ? [
        {
          id: 'parameter-value',
          reason: `A value in '${info.args.trim()}' does not fit its parameter${typesOf(info)}. The log line names both.`,
          next: `Give a value of that type; modinfo -p ${info.module.name} tells what each parameter is for.`,
        },
      ]
    : [];

/** What the ops of kernel/params.c take. */
const TYPES: Readonly<Record<string, string>> = {
  byte: 'a number from 0 to 255',
  short: 'a number from -32768 to 32767',
  ushort: 'a number from 0 to 65535',
  int: 'a number of 32 bits',
  uint: 'a number of 32 bits from 0 on',
  hexint: 'a number of 32 bits from 0 on',
  long: 'a number',
  ulong: 'a number from 0 on',
  ullong: 'a number from 0 on',
  charp: 'a text of at most 1024 bytes',
  bool: 'y or n',
  invbool: 'y or n',
  bint: 'y or n',
  bool_enable_only: 'y',
};

/** `: a takes …, b takes …` for the parameters that were given. */
function typesOf({ args, module }: LoadInfo): string {
  const given = new Set(wordsOf(args));
  const types = module.parameters.flatMap(({ name, ops }) => {
    const type = TYPES[ops.replace(/^param_ops_/, '')];
    return given.has(name) && type !== undefined ? [`${name} takes ${type}`] : [];
  });
  return types.length === 0 ? '' : `: ${listWords(types)}`;
}

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
