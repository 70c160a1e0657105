import { errnoNumber, strerror } from '../../abi/errno.ts';
import { InputError } from '../command-line/input-error.ts';
import { FACILITY_NAMES, LEVEL_NAMES } from './log-entry.ts';

/** The largest number of strtol(3). */
const LONG_MAX = 2n ** 63n - 1n;

/** A value that cannot be used, and of which nothing is said. */
export class SilentError extends Error {}

/**
 * `err,warn` or `3,4` as numbers. Raises InputError, SilentError. Source: util-linux, lib/strutils.c,
 * `string_to_bitarray`, which says the rest of the list when one word is wrong.
 */
function parseList(list: string, parse: (word: string, rest: string) => number): Set<number> {
  const found = new Set<number>();
  for (let rest = list; rest !== ''; ) {
    const comma = rest.indexOf(',');
    if (comma === 0 && rest.length > 1) throw new SilentError();
    const isLast = comma < 0 || comma >= rest.length - 1;
    const word = isLast ? rest : rest.slice(0, comma);
    found.add(parse(word, rest));
    rest = isLast ? '' : rest.slice(comma + 1);
  }
  return found;
}

/** A number below the names' count, or a name in any case. `first`: what the first name counts as. */
function parseName(what: string, names: readonly string[], word: string, said: string, first = 0): number {
  const digits = /^\d+/.exec(word)?.[0];
  const number = digits === undefined ? names.indexOf(word.toLowerCase()) + first : Number(digits);
  if (digits !== undefined && BigInt(digits) > LONG_MAX) {
    throw new InputError(`failed to parse ${what} '${said}': ${strerror(errnoNumber('ERANGE'))}`);
  }
  const isKnown = number >= first && number - first < names.length && (digits ?? word) === word;
  if (!isKnown) throw new InputError(`unknown ${what} '${said}'`);
  return number;
}

/** `--level`'s list. */
export function parseLevels(list: string): Set<number> {
  return parseList(list, (word, rest) => parseName('level', LEVEL_NAMES, word, rest));
}

/** `--facility`'s list. */
export function parseFacilities(list: string): Set<number> {
  return parseList(list, (word, rest) => parseName('facility', FACILITY_NAMES, word, rest));
}

/** `--console-level`: a name stands for what is as bad as it, or worse. */
export function parseConsoleLevel(word: string): number {
  return parseName('level', LEVEL_NAMES, word, word, 1);
}

/** `--buffer-size`: at least a page. Raises InputError. Source: util-linux, lib/strutils.c, `strtou32_or_err`. */
export function parseBufferSize(word: string): number {
  const wrong = `invalid buffer size argument: '${word}'`;
  const digits = /^[ \t\n\v\f\r]*([+-]?)(\d+)$/.exec(word);
  const isNegative = /^[ \t\n\v\f\r]*-0*[1-9]/.test(word);
  if (isNegative || (digits && Number(digits[2]) > 2 ** 32 - 1)) {
    throw new InputError(`${wrong}: ${strerror(errnoNumber('ERANGE'))}`);
  }
  if (!digits) throw new InputError(wrong);
  return Math.max(Number(digits[2]), 4096);
}
