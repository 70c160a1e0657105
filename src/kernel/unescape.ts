/** `UNESCAPE_*`, include/linux/string_helpers.h. */
export const UNESCAPE = { SPACE: 1, OCTAL: 2, HEX: 4, SPECIAL: 8 };

/** White space by the letter of its escape. */
export const SPACES: Readonly<Record<string, string>> = { '\n': 'n', '\r': 'r', '\t': 't', '\v': 'v', '\f': 'f' };
/** Other characters by their escape's. */
export const SPECIALS: Readonly<Record<string, string>> = { '\\': '\\', '\x07': 'a', '\x1b': 'e', '"': '"' };

/** What `string_unescape` takes for one character, a class each: the escape without its backslash, and its value. */
const UNESCAPES: readonly [flag: number, pattern: RegExp, value: (sequence: string) => string][] = [
  [UNESCAPE.SPACE, /^[nrtvf]/, (name) => Object.keys(SPACES).find((char) => SPACES[char] === name)!],
  [
    UNESCAPE.OCTAL,
    /^(?:[0-3][0-7]{0,2}|[4-7][0-7]?)/,
    (digits) => String.fromCharCode(Number.parseInt(digits, 8) & 0xff),
  ],
  [UNESCAPE.HEX, /^x[0-9a-fA-F]{1,2}/, (digits) => String.fromCharCode(Number.parseInt(digits.slice(1), 16))],
  [UNESCAPE.SPECIAL, /^["\\ae]/, (name) => Object.keys(SPECIALS).find((char) => SPECIALS[char] === name)!],
];

/**
 * `string_unescape`, lib/string_helpers.c: a text with its escapes of the classes `flags` resolved; `limit`: room for it
 * with its NUL.
 */
export function resolveEscapes(text: string, flags: number, limit = Number.POSITIVE_INFINITY): string {
  let [out, left] = ['', limit];
  for (let at = 0; at < text.length && --left !== 0; ) {
    const rest = text.slice(at + 1);
    const isEscape = text[at] === '\\' && rest !== '' && left > 1;
    if (isEscape) left--;
    const found = isEscape ? UNESCAPES.find(([flag, pattern]) => flags & flag && pattern.test(rest)) : undefined;
    const taken = found?.[1].exec(rest)?.[0];
    out += taken === undefined ? (isEscape ? `\\${rest[0]}` : text[at]) : found![2](taken);
    at += taken === undefined ? (isEscape ? 2 : 1) : taken.length + 1;
  }
  return out;
}
