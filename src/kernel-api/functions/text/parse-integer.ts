import { EINVAL, ERANGE } from '../../../abi/negative-errno.ts';

const U64_MAX = (1n << 64n) - 1n;

/** What stands at the front of a text. */
interface LeadingNumber {
  readonly value: bigint;
  /** Characters with the `0x`. */
  readonly length: number;
  readonly digits: number;
}

/** `_parse_integer_fixup_radix`, lib/kstrtox.c: the base that a text has, and the length of its `0x`. */
function fixRadix(text: string, base: number): [prefix: number, base: number] {
  let radix = base;
  if (radix === 0) radix = text[0] !== '0' ? 10 : /^0[xX][0-9a-fA-F]/.test(text) ? 16 : 8;
  return [radix === 16 && /^0[xX]/.test(text) ? 2 : 0, radix];
}

/**
 * `_parse_integer_limit`: digits in a base, of which there are no more than sixteen whatever the base; they may be too
 * many. Only the first `limit` characters count; a prefix that leaves no room for a digit is 0.
 */
export function leadingNumber(text: string, base: number, limit = Number.POSITIVE_INFINITY): LeadingNumber {
  const [prefix, radix] = fixRadix(text, base);
  if (prefix >= limit) return { value: 0n, length: limit, digits: 0 };
  let at = prefix;
  let value = 0n;
  for (; at < Math.min(text.length, limit); at++) {
    const digit = Number.parseInt(text[at]!, 16);
    if (Number.isNaN(digit) || digit >= radix) break;
    value = value * BigInt(radix) + BigInt(digit);
  }
  return { value, length: at, digits: at - prefix };
}

/** A `kstrto…`: the whole text, an optional sign before it and newline after it; else a negative error number. */
export function parseWhole(text: string, base: number, signed: boolean, bits: number): bigint | number {
  const negative = signed && text[0] === '-';
  const body = negative || text[0] === '+' ? text.slice(1) : text;
  const { value, length, digits } = leadingNumber(body, base);
  if (value > U64_MAX) return ERANGE;
  const rest = body.slice(length);
  if (digits === 0 || (rest !== '' && rest !== '\n')) return EINVAL;
  const number = negative ? -value : value;
  const fits = signed ? BigInt.asIntN(bits, number) === number : BigInt.asUintN(bits, number) === number;
  return fits ? number : ERANGE;
}
