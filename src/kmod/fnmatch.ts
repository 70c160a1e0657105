const CLASSES: Readonly<Record<string, RegExp>> = {
  alnum: /[A-Za-z0-9]/,
  alpha: /[A-Za-z]/,
  blank: /[ \t]/,
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the POSIX class is made of them
  cntrl: /[\x00-\x1f\x7f]/,
  digit: /[0-9]/,
  graph: /[\x21-\x7e]/,
  lower: /[a-z]/,
  print: /[\x20-\x7e]/,
  punct: /[!-/:-@[-`{-~]/,
  space: /[ \t\n\v\f\r]/,
  upper: /[A-Z]/,
  xdigit: /[0-9A-Fa-f]/,
};

/** Characters that may match another. */
const SPECIAL = new Set(['*', '?', '[', '\\']);

/** A bracket expression at `start` (the index of its `[`): whether it matches `char`, and the index behind its `]`. */
interface Bracket {
  readonly matches: boolean;
  readonly end: number;
}

/** Reads `[:alpha:]` at `index`: the class's name, or undefined. */
function classNameAt(pattern: string, index: number): string | undefined {
  if (!pattern.startsWith('[:', index)) return undefined;
  const end = pattern.indexOf(':]', index + 2);
  const name = end < 0 ? undefined : pattern.slice(index + 2, end);
  return name !== undefined && Object.hasOwn(CLASSES, name) ? name : undefined;
}

function matchBracket(pattern: string, start: number, char: string): Bracket | undefined {
  let at = start + 1;
  const negated = pattern[at] === '!' || pattern[at] === '^';
  if (negated) at++;
  let matches = false;
  for (let first = true; first || pattern[at] !== ']'; first = false) {
    const className = classNameAt(pattern, at);
    if (className !== undefined) {
      matches ||= CLASSES[className]!.test(char);
      at += className.length + 4;
      continue;
    }
    if (pattern[at] === '\\') at++;
    const low = pattern[at++];
    if (low === undefined) return undefined;
    let high = low;
    if (pattern[at] === '-' && pattern[at + 1] !== ']' && pattern[at + 1] !== undefined) {
      at += pattern[at + 1] === '\\' ? 2 : 1;
      const end = pattern[at++];
      if (end === undefined) return undefined;
      high = end;
    }
    matches ||= low <= char && char <= high;
  }
  return { matches: matches !== negated, end: at + 1 };
}

/** Matches the one pattern element at `at` against `char`: the index behind the element, or -1. */
function matchOne(pattern: string, at: number, char: string): number {
  const element = pattern[at];
  if (element === '?') return at + 1;
  if (element === '[') {
    const bracket = matchBracket(pattern, at, char);
    if (bracket !== undefined) return bracket.matches ? bracket.end : -1;
  }
  if (element === '\\' && at + 1 < pattern.length) return pattern[at + 1] === char ? at + 2 : -1;
  return element === char ? at + 1 : -1;
}

/**
 * fnmatch(3) with flags 0 in the C locale: `*`, `?`, `[…]`, `\x`; a slash and a leading dot are ordinary characters.
 * Both are byte strings. Time is at most pattern × text.
 */
export function fnmatch(pattern: string, text: string): boolean {
  const first = pattern[0] ?? '';
  if (first !== text[0] && !SPECIAL.has(first)) return pattern === text;
  let at = 0;
  let index = 0;
  let starAt = -1;
  let starIndex = 0;
  while (index < text.length || at < pattern.length) {
    if (pattern[at] === '*') {
      starAt = at++;
      starIndex = index;
      continue;
    }
    const next = index < text.length && at < pattern.length ? matchOne(pattern, at, text[index]!) : -1;
    if (next >= 0) {
      at = next;
      index++;
    } else {
      if (starAt < 0 || starIndex >= text.length) return false;
      index = ++starIndex;
      at = starAt + 1;
    }
  }
  return true;
}
