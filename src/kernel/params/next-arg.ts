import { isSpace } from './kstrtox.ts';

/** One `param=value` of an argument string, taken apart as the kernel does it in place. */
export interface Argument {
  readonly param: string;
  /** Undefined when no `=` followed. */
  readonly value: string | undefined;
  /** What follows, blanks skipped. */
  readonly rest: string;
}

/** `skip_spaces`, lib/string_helpers.c. */
export function skipSpaces(text: string): string {
  let start = 0;
  while (isSpace(text[start])) start++;
  return start === 0 ? text : text.slice(start);
}

/**
 * `next_arg`, lib/cmdline.c: the first argument of `args`, which does not start with a blank and is not empty.
 * Quotes hold blanks together; they are dropped around the whole argument or around the value, nowhere else.
 */
export function nextArg(args: string): Argument {
  const quoted = args.startsWith('"');
  const text = quoted ? args.slice(1) : args;
  const { end, equals } = findEnd(text, quoted);
  const rest = skipSpaces(text.slice(end + 1));
  // The kernel writes a NUL over the last character up to twice; what is left of it is cut at the first NUL.
  let stop = end;
  if (equals === 0) {
    if (quoted && text[end - 1] === '"') stop--;
    return { param: text.slice(0, stop), value: undefined, rest };
  }
  let start = equals + 1;
  const bareValue = text[start] === '"' && start < end;
  if (bareValue) start++;
  if ((bareValue || quoted) && text[end - 1] === '"') stop--;
  return { param: text.slice(0, equals), value: text.slice(start, Math.max(start, stop)), rest };
}

/** Where the argument ends, and where its `=` is; 0 when it has none or starts with it. */
function findEnd(text: string, quoted: boolean): { end: number; equals: number } {
  let inQuote = quoted;
  let equals = 0;
  let end = 0;
  for (; end < text.length; end++) {
    const char = text[end];
    if (!inQuote && isSpace(char)) break;
    if (equals === 0 && char === '=') equals = end;
    if (char === '"') inQuote = !inQuote;
  }
  return { end, equals };
}
