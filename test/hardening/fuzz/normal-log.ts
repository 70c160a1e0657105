import type { LogLine } from './mutant-recipe.ts';

const CUT_HERE = '------------[ cut here ]------------';
const FTRACE_BUG = '------------[ ftrace bug ]------------';

/** Reports that are left out of a log: the line each begins with, and what ends it. */
const REPORTS: readonly (readonly [begin: RegExp, end: RegExp])[] = [
  [new RegExp(`^${escaped(CUT_HERE)}$`), /^---\[ end trace/],
  [new RegExp(`^${escaped(FTRACE_BUG)}$`), /^ expected tramp:/],
  [/^CPU: \d+ PID: \d+ /, /^ <\/TASK>$/],
  [/^Mem-Info:$/, /hwpoisoned$/],
];

function escaped(text: string): string {
  return text.replace(/[[\]]/g, '\\$&');
}

/** A log as recordings hold it: one entry a line, no warnings' and dumps' blocks, no addresses. */
export function normalLog(log: readonly LogLine[]): LogLine[] {
  const lines = log.flatMap(([level, text]) => text.split('\n').map((line) => [level, line] as const));
  let end: RegExp | undefined;
  const kept: LogLine[] = [];
  for (const [level, text] of lines) {
    if (end === undefined) {
      end = REPORTS.find(([begin]) => begin.test(text))?.[1];
      if (end === undefined) kept.push([level, normalText(text)]);
    } else if (end.test(text)) end = undefined;
  }
  return kept;
}

function normalText(text: string): string {
  return text
    .replace(/loc (0x)?[0-9a-f]+, val (0x)?[0-9a-f]+/g, 'loc <ptr>, val <val>')
    .replace(/(overflow in relocation type \d+ val) [0-9a-f]+/g, '$1 <val>')
    .replace(/\b(0x)?ffff[89a-f][0-9a-f]{11}\b/g, '<addr>')
    .replace(/\b(0x)?0{8}[0-9a-f]{8}\b/g, '<ptr>');
}
