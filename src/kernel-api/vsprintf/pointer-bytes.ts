import type { Address } from '../../memory/address.ts';
import type { FormatContext } from './format-context.ts';
import { hexByte, type PrintfSpec } from './spec.ts';

const MAX_HEX_BYTES = 64;
const SEPARATORS: Readonly<Record<string, string>> = { C: ':', D: '-', N: '' };

/** `%*ph[CDN]`: `hex_string`. The width is the number of bytes. */
export function hexString(context: FormatContext, format: string, pointer: Address, options: PrintfSpec): string {
  const length = options.width > 0 ? Math.min(options.width, MAX_HEX_BYTES) : 1;
  const bytes = context.memory.view(pointer, length, 'read');
  return Array.from(bytes, hexByte).join(SEPARATORS[format[1] ?? ''] ?? ' ');
}

/** Bits of a bitmap, as it stands in memory in 64-bit words. */
function readBits(context: FormatContext, pointer: Address, count: number): bigint {
  let bits = 0n;
  for (let word = 0; word * 64 < count; word++) bits |= context.memory.readU64(pointer + word * 8) << BigInt(word * 64);
  return BigInt.asUintN(count, bits);
}

/** `%*pb`: `bitmap_string`, chunks of 32 bits from the highest. */
export function bitmap(context: FormatContext, _format: string, pointer: Address, options: PrintfSpec): string {
  const count = Math.max(options.width, 0);
  const bits = readBits(context, pointer, count);
  const chunks: string[] = [];
  for (let start = 0; start < count; start += 32) {
    const digits = Math.ceil(Math.min(32, count - start) / 4);
    chunks.unshift(((bits >> BigInt(start)) & 0xffffffffn).toString(16).padStart(digits, '0'));
  }
  return chunks.join(',');
}

/** `%*pbl`: `bitmap_list_string`, ranges of set bits. */
export function bitmapList(context: FormatContext, _format: string, pointer: Address, options: PrintfSpec): string {
  const count = Math.max(options.width, 0);
  const bits = readBits(context, pointer, count);
  const isSet = (bit: number): boolean => bit < count && ((bits >> BigInt(bit)) & 1n) === 1n;
  const ranges: string[] = [];
  for (let bit = 0; bit < count; bit++) {
    if (!isSet(bit)) continue;
    const first = bit;
    while (isSet(bit + 1)) bit++;
    ranges.push(first === bit ? `${first}` : `${first}-${bit}`);
  }
  return ranges.join(',');
}

/** `ESCAPE_*`, include/linux/string_helpers.h, as the letters of `%*pE` set them. */
const ESCAPE_FLAGS = 'achnops';
const SPACES: Readonly<Record<string, string>> = { '\n': 'n', '\r': 'r', '\t': 't', '\v': 'v', '\f': 'f' };
const SPECIALS: Readonly<Record<string, string>> = { '\\': '\\', '\x07': 'a', '\x1b': 'e', '"': '"' };

/** `%*pE[achnops]`: `escaped_string`, `string_escape_mem` of lib/string_helpers.c. */
export function escaped(context: FormatContext, format: string, pointer: Address, options: PrintfSpec): string {
  const letters = new RegExp(`^[${ESCAPE_FLAGS}]*`).exec(format.slice(1))![0];
  const flags = expandFlags(letters === '' ? 'ap' : letters);
  const bytes = context.memory.view(pointer, options.width < 0 ? 1 : options.width, 'read');
  return Array.from(bytes, (byte) => escapeByte(String.fromCharCode(byte), flags)).join('');
}

/** `ESCAPE_ANY` is space, octal, special and null. */
function expandFlags(letters: string): ReadonlySet<string> {
  return new Set(letters.replace('a', 'socn'));
}

function escapeByte(character: string, flags: ReadonlySet<string>): string {
  const code = character.charCodeAt(0);
  if (flags.has('p') && code >= 0x20 && code < 0x7f) return character;
  if (flags.has('p') && code >= 0xa0) return character;
  if (flags.has('s') && SPACES[character]) return `\\${SPACES[character]}`;
  if (flags.has('c') && SPECIALS[character]) return `\\${SPECIALS[character]}`;
  if (flags.has('n') && code === 0) return '\\0';
  if (flags.has('o')) return `\\${code.toString(8).padStart(3, '0')}`;
  return flags.has('h') ? `\\x${hexByte(code)}` : character;
}
