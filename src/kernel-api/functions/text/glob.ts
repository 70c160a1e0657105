import { type GuestCall, rowsOf } from '../../kernel-function.ts';

/** A `[class]` of a pattern: where it ends, and whether a character is in it. */
interface CharacterClass {
  readonly end: number;
  readonly has: (char: string) => boolean;
}

/** The class whose `[` stands at `at`; undefined when it has no end, and is a plain `[`. */
function classAt(pattern: string, at: number): CharacterClass | undefined {
  const inverted = pattern[at + 1] === '!';
  const ranges: [string, string][] = [];
  for (let place = at + (inverted ? 2 : 1); place < pattern.length; ) {
    if (ranges.length > 0 && pattern[place] === ']')
      return { end: place + 1, has: (char) => ranges.some(([low, high]) => low <= char && char <= high) !== inverted };
    const isRange = pattern[place + 1] === '-' && pattern[place + 2] !== ']';
    if (isRange && place + 2 >= pattern.length) return undefined;
    ranges.push([pattern[place]!, pattern[isRange ? place + 2 : place]!]);
    place += isRange ? 3 : 1;
  }
  return undefined;
}

/** Where the pattern goes on when its element at `at`, no star, takes this character; -1: it does not take it. */
function take(pattern: string, at: number, char: string): number {
  if (pattern[at] === '?') return at + 1;
  const found = pattern[at] === '[' ? classAt(pattern, at) : undefined;
  if (found) return found.has(char) ? found.end : -1;
  const literal = pattern[at] === '\\' ? at + 1 : at;
  return pattern[literal] === char ? literal + 1 : -1;
}

/** `glob_match`: shell patterns over the whole text, where a star takes anything, a slash and a dot too. */
export function globMatch(pattern: string, text: string): boolean {
  let [at, place, star, retry] = [0, 0, -1, 0];
  while (place < text.length) {
    if (pattern[at] === '*') {
      [star, retry] = [++at, place];
      continue;
    }
    const next = at < pattern.length ? take(pattern, at, text[place]!) : -1;
    if (next < 0 && star < 0) return false;
    [at, place] = next < 0 ? [star, ++retry] : [next, place + 1];
  }
  return /^\**$/.test(pattern.slice(at));
}

/** Shell patterns: lib/glob.c. */
export const globFunctions = () =>
  rowsOf('lib/glob.c', [
    [
      'bool glob_match(const char *pat, const char *str)',
      (call: GuestCall) => globMatch(call.string(0), call.string(1)),
    ],
  ]);
