import type { Kernel } from '../kernel.ts';
import { isSpace } from '../params/kstrtox.ts';
import { skipSpaces } from '../params/next-arg.ts';
import { resolveEscapes, UNESCAPE } from '../unescape.ts';
import { changeDebugSites } from './debug-sites.ts';
import { KERN, printk } from './printk.ts';

/** `MAXWORDS` of `ddebug_exec_query`. */
const MAX_WORDS = 9;
/** `opt_array[]`: the flag letters. */
const FLAG_LETTERS = 'pmfltu_';

/** What a `format` may escape. */
const FORMAT_ESCAPES = UNESCAPE.SPACE | UNESCAPE.OCTAL | UNESCAPE.SPECIAL;

/** What is wrong with a query; each text is one line of the log. */
class QueryError extends Error {
  readonly lines: readonly string[];

  constructor(...lines: string[]) {
    super(lines[0]);
    this.lines = lines;
  }
}

/** The settings that a query may make once. */
type Query = Map<'func' | 'file' | 'module' | 'format' | 'line' | 'class', string>;

/**
 * `ddebug_dyndbg_module_param_cb`, lib/dynamic_debug.c: takes `dyndbg` and `NAME.dyndbg`, which is about
 * the module NAME; false for any other parameter.
 * A query that is wrong is told to the log and stops nothing.
 */
export function dyndbgModuleParam(kernel: Kernel, module: string, param: string, value: string | undefined): boolean {
  const enabled = kernel.profile.config('DYNAMIC_DEBUG') === 'y';
  const dot = enabled ? param.indexOf('.') : -1;
  if (param.slice(dot + 1) !== 'dyndbg') return false;
  if (enabled) runQueries(kernel, value ?? '+p', dot < 0 ? module : param.slice(0, dot));
  else printk(kernel, KERN.WARNING, 'dyndbg param is supported only in CONFIG_DYNAMIC_DEBUG builds');
  return true;
}

/**
 * `ddebug_exec_queries`: queries with `;` or newlines between them; `module` is the one that they are about when they
 * name none. False when one of them was wrong.
 */
export function runQueries(
  kernel: Kernel,
  queries: string,
  module?: string,
  tell = (line: string) => printk(kernel, KERN.ERR, `dyndbg: ${line}`),
): boolean {
  let right = true;
  for (const text of queries.split(/[;\n]/)) {
    const query = skipSpaces(text);
    if (query === '' || query.startsWith('#')) continue;
    try {
      runQuery(kernel, query, module);
    } catch (error) {
      if (!(error instanceof QueryError)) throw error;
      right = false;
      error.lines.forEach(tell);
    }
  }
  return right;
}

/** `ddebug_exec_query`. Raises QueryError. */
function runQuery(kernel: Kernel, query: string, module: string | undefined): void {
  const words = stage('tokenize failed', () => {
    const found = tokenize(query);
    if (found.length === 0) throw new QueryError();
    return found;
  });
  stage('flags parse failed', () => checkFlags(words.at(-1)!));
  const wanted = stage('query parse failed', () => readPairs(words.slice(0, -1)));
  if (module !== undefined && !wanted.has('module')) wanted.set('module', module);
  changeDebugSites(kernel, wanted, words.at(-1)!);
}

function stage<T>(complaint: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof QueryError ? new QueryError(...error.lines, complaint) : error;
  }
}

/** `ddebug_tokenize`. */
function tokenize(query: string): string[] {
  const words: string[] = [];
  for (let rest = skipSpaces(query); rest !== '' && !rest.startsWith('#'); rest = skipSpaces(rest)) {
    const quote = rest[0] === '"' || rest[0] === "'" ? rest[0] : undefined;
    if (quote) rest = rest.slice(1);
    const end = wordEnd(rest, quote);
    if (quote && end === rest.length) throw new QueryError(`unclosed quote: ${rest}`);
    if (words.length === MAX_WORDS) throw new QueryError(`too many words, legal max <=${MAX_WORDS}`);
    words.push(rest.slice(0, end));
    rest = rest.slice(end + 1);
  }
  return words;
}

function wordEnd(text: string, quote: string | undefined): number {
  let end = 0;
  while (end < text.length && (quote ? text[end] !== quote : !isSpace(text[end]))) end++;
  return end;
}

/** `ddebug_parse_flags`. */
function checkFlags(word: string): void {
  const operator = word.charAt(0);
  if (operator === '' || !'+-='.includes(operator)) {
    throw new QueryError(`bad flag-op ${operator}, at start of ${word}`);
  }
  const unknown = [...word.slice(1)].find((letter) => !FLAG_LETTERS.includes(letter));
  if (unknown !== undefined) throw new QueryError(`unknown flag '${unknown}'`);
}

/** `ddebug_parse_query`. */
function readPairs(words: readonly string[]): Query {
  if (words.length % 2 !== 0) throw new QueryError('expecting pairs of match-spec <value>');
  const query: Query = new Map();
  for (let index = 0; index < words.length; index += 2) checkPair(query, words[index]!, words[index + 1]!);
  return query;
}

function checkPair(query: Query, keyword: string, value: string): void {
  if (keyword === 'file') checkFile(query, value);
  else if (keyword === 'format') setOnce(query, keyword, resolveEscapes(value, FORMAT_ESCAPES));
  else if (keyword === 'line') setLines(query, value);
  else if (keyword === 'func' || keyword === 'module' || keyword === 'class') {
    setOnce(query, keyword, value);
  } else throw new QueryError(`unknown keyword "${keyword}"`);
}

/** `file NAME`, `file NAME:FUNCTION`, `file NAME:LINES`. */
function checkFile(query: Query, value: string): void {
  const colon = value.indexOf(':');
  setOnce(query, 'file', colon < 0 ? value : value.slice(0, colon));
  if (colon < 0) return;
  const tail = value.slice(colon + 1);
  if (/^[A-Za-z*?]/.test(tail)) setOnce(query, 'func', tail);
  else setLines(query, tail);
}

function setOnce(query: Query, key: 'func' | 'file' | 'module' | 'format' | 'class', value: string): void {
  const before = query.get(key);
  if (before !== undefined) throw new QueryError(`match-spec:${key} val:${before} overridden by ${value}`);
  query.set(key, value);
}

/** `parse_linerange`. */
function setLines(query: Query, range: string): void {
  if (query.has('line')) throw new QueryError('match-spec: line used 2x');
  const [first, last] = range.split('-', 2) as [string, string?];
  const from = lineNumber(first);
  const to = last === undefined ? from : lineNumber(last) || 0xffffffff;
  if (to < from) throw new QueryError(`last-line:${to | 0} < 1st-line:${from | 0}`);
  if (from || to) query.set('line', range);
}

function lineNumber(text: string): number {
  if (text === '') return 0;
  const value = /^\+?\d+\n?$/.test(text) ? Number(text) : Number.NaN;
  if (!(value <= 0xffffffff)) throw new QueryError(`bad line-number: ${text}`);
  return value;
}
