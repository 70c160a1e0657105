import { EINVAL, ERANGE } from '../../../abi/negative-errno.ts';
import type { Address } from '../../../memory/address.ts';
import { writeBytes } from '../../guest-text.ts';
import { type GuestCall, type KernelFunction, rowsOf } from '../../kernel-function.ts';
import { allocate } from '../memory/slab.ts';

/** `MAX_OPT_ARGS`, include/linux/parser.h. */
const MOST_ARGUMENTS = 3;
/** `struct match_token`: the token and its pattern; `substring_t`: from and to. */
const ROW = 16;
/** What a conversion of a pattern takes: `%s` up to the next comma of the text, as match_one does. */
const CONVERSIONS: Readonly<Record<string, string>> = {
  d: '([+-]?(?:0[xX][0-9a-fA-F]+|[0-9]+))',
  u: '((?:0[xX][0-9a-fA-F]+|[0-9]+))',
  o: '([0-7]+)',
  x: '((?:0[xX])?[0-9a-fA-F]+)',
  s: '(.*)',
};

function expression(pattern: string): RegExp {
  const body = pattern.replace(/%(\d*)([duoxs%])|[.*+?^${}()|[\]\\]/g, (text, width: string, kind: string) => {
    if (kind === undefined) return `\\${text}`;
    if (kind === '%') return '%';
    return kind === 's' && width !== '' ? `(.{0,${width}})` : CONVERSIONS[kind]!;
  });
  return new RegExp(`^${body}$`, 'ds');
}

/** `match_token(s, table, args)`: the token of the first pattern that fits; the places of its conversions. */
function matchToken(call: GuestCall): number {
  const { memory } = call;
  const [text, table, args] = [call.pointer(0), call.pointer(1), call.pointer(2)];
  for (let row = table; ; row += ROW) {
    const pattern = memory.readPointer(row + 8);
    const token = memory.readU32(row) | 0;
    if (pattern === 0) return token;
    const found = expression(memory.readCString(pattern)).exec(memory.readCString(text));
    if (!found) continue;
    for (const [index, place] of (found.indices ?? []).slice(1, 1 + MOST_ARGUMENTS).entries()) {
      memory.writePointer(args + index * ROW, text + place![0]);
      memory.writePointer(args + index * ROW + 8, text + place![1]);
    }
    return token;
  }
}

/** `match_strdup`'s text of a `substring_t`. */
function substring({ memory }: GuestCall, place: Address): string {
  const [from, to] = [memory.readPointer(place), memory.readPointer(place + 8)];
  return memory.readCString(from, Math.max(0, to - from));
}

/** A number of a `substring_t`; `base` 0 sees it by its prefix. */
const matchNumber =
  (base: 0 | 8 | 16, bits: 32 | 64, signed: boolean): KernelFunction =>
  (call) => {
    const text = substring(call, call.pointer(0)).toLowerCase();
    const parsed = /^([+-]?)(0x)?([0-9a-f]+)$/.exec(text);
    if (!parsed) return EINVAL;
    const [, sign, hex, digits] = parsed;
    const radix = base || (hex ? 16 : digits!.startsWith('0') && digits!.length > 1 ? 8 : 10);
    const value = toNumber(digits!, radix);
    if (value === undefined || (sign === '-' && !signed)) return EINVAL;
    const result = sign === '-' ? -value : value;
    if (result !== (signed ? BigInt.asIntN(bits, result) : BigInt.asUintN(bits, result))) return ERANGE;
    if (bits === 32) call.memory.writeU32(call.pointer(1), Number(BigInt.asUintN(32, result)));
    else call.memory.writeU64(call.pointer(1), BigInt.asUintN(64, result));
    return 0;
  };

function toNumber(digits: string, radix: number): bigint | undefined {
  const allowed = { 8: /^[0-7]+$/, 10: /^[0-9]+$/, 16: /^[0-9a-f]+$/ }[radix]!;
  if (!allowed.test(digits)) return undefined;
  return BigInt({ 8: '0o', 10: '', 16: '0x' }[radix]! + digits);
}

function duplicate(call: GuestCall): Address {
  const text = substring(call, call.pointer(0));
  const copy = allocate(call, text.length + 1);
  writeBytes(call.session, copy, `${text}\0`);
  return copy;
}

/** Options of file systems and targets: lib/parser.c. */
export const optionParserFunctions = () =>
  rowsOf('lib/parser.c', [
    ['int match_token(char *s, const match_table_t table, substring_t args[])', matchToken],
    ['int match_int(substring_t *s, int *result)', matchNumber(0, 32, true)],
    ['int match_uint(substring_t *s, unsigned int *result)', matchNumber(0, 32, false)],
    ['int match_u64(substring_t *s, u64 *result)', matchNumber(0, 64, false)],
    ['int match_octal(substring_t *s, int *result)', matchNumber(8, 32, true)],
    ['int match_hex(substring_t *s, int *result)', matchNumber(16, 32, true)],
    ['char *match_strdup(const substring_t *s)', duplicate],
  ]);
