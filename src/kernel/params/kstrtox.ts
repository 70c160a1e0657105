import { EINVAL, ERANGE } from '../../abi/negative-errno.ts';
import type { Kernel } from '../kernel.ts';
import type { KernelResult } from '../kernel-result.ts';
import { versionAtLeast } from '../kernel-version.ts';

const U64_MAX = (1n << 64n) - 1n;
const I64_MAX = (1n << 63n) - 1n;

/** The value that a text stands for, or the negative error number of its parser. */
export type Parsed<T> = { readonly value: T } | { readonly error: KernelResult };

/** Digits by base; the longest run of them is the number. */
const DIGITS: Readonly<Record<number, RegExp>> = { 8: /^[0-7]*/, 10: /^[0-9]*/, 16: /^[0-9a-fA-F]*/ };

/** `isspace`, lib/ctype.c: also the no-break space of latin-1. */
export function isSpace(char: string | undefined): boolean {
  const code = char?.charCodeAt(0) ?? 0;
  return (code >= 9 && code <= 13) || code === 32 || code === 0xa0;
}

/** `kstrtoull(text, 0, …)`, lib/kstrtox.c: decimal, `0x` hexadecimal or `0` octal, a `+` before and a newline after it allowed. */
export function kstrtoull(text: string): Parsed<bigint> {
  return parseUnsigned(text.startsWith('+') ? text.slice(1) : text);
}

/** `kstrtoll(text, 0, …)`, lib/kstrtox.c. */
export function kstrtoll(text: string): Parsed<bigint> {
  if (!text.startsWith('-')) {
    const parsed = kstrtoull(text);
    return 'value' in parsed && parsed.value > I64_MAX ? { error: ERANGE } : parsed;
  }
  const parsed = parseUnsigned(text.slice(1));
  if ('error' in parsed) return parsed;
  return parsed.value > I64_MAX + 1n ? { error: ERANGE } : { value: -parsed.value };
}

/** First letters that decide a boolean, those that do since 5.19, then the second one after an `o`. */
const BOOL_FIRST: Readonly<Record<string, boolean>> = {
  y: true,
  Y: true,
  '1': true,
  n: false,
  N: false,
  '0': false,
};
const BOOL_FIRST_LATER: Readonly<Record<string, boolean>> = { ...BOOL_FIRST, t: true, T: true, f: false, F: false };
const BOOL_AFTER_O: Readonly<Record<string, boolean>> = { n: true, N: true, f: false, F: false };

/** `kstrtobool`, lib/kstrtox.c: only the first character counts, the second one after an `o`. */
export function kstrtobool(kernel: Pick<Kernel, 'profile'>, text: string): Parsed<boolean> {
  const afterO = text.charAt(0) === 'o' || text.charAt(0) === 'O';
  const table = afterO ? BOOL_AFTER_O : versionAtLeast(kernel, 5, 19) ? BOOL_FIRST_LATER : BOOL_FIRST;
  const key = text.charAt(afterO ? 1 : 0);
  return Object.hasOwn(table, key) ? { value: table[key]! } : { error: EINVAL };
}

function parseUnsigned(text: string): Parsed<bigint> {
  const { base, digitsAt } = radix(text);
  const digits = DIGITS[base]!.exec(text.slice(digitsAt))![0];
  const value = digits === '' ? 0n : BigInt(base === 10 ? digits : `${base === 16 ? '0x' : '0o'}${digits}`);
  if (value > U64_MAX) return { error: ERANGE };
  if (digits === '') return { error: EINVAL };
  const rest = text.slice(digitsAt + digits.length);
  return rest === '' || rest === '\n' ? { value } : { error: EINVAL };
}

/** `_parse_integer_fixup_radix` with base 0. */
function radix(text: string): { base: number; digitsAt: number } {
  if (!text.startsWith('0')) return { base: 10, digitsAt: 0 };
  return /^0[xX][0-9a-fA-F]/.test(text) ? { base: 16, digitsAt: 2 } : { base: 8, digitsAt: 0 };
}
