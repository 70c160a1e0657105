import type { Address } from '../../memory/address.ts';
import type { FormatContext } from './format-context.ts';
import { errorString, formatNumber, formatString, hexByte, type PrintfSpec } from './spec.ts';

const AF_INET = 2;
const AF_INET6 = 10;

/** `%p[Mm][FR]`: `mac_address_string`. */
export function macAddress(context: FormatContext, format: string, pointer: Address, options: PrintfSpec): string {
  const bytes = Array.from(context.memory.view(pointer, 6, 'read'), hexByte);
  if (format[1] === 'R') bytes.reverse();
  const separator = format[0] === 'm' ? '' : format[1] === 'F' ? '-' : ':';
  return formatString(bytes.join(separator), options);
}

/** `%p[Ii][46S]…`: `ip_addr_string`. */
export function ipAddress(context: FormatContext, format: string, pointer: Address, options: PrintfSpec): string {
  if (format[1] === '4') return formatString(ip4(readBytes(context, pointer, 4), format[0]!, format[2]), options);
  if (format[1] === '6') return formatString(ip6(readBytes(context, pointer, 16), format, format[2] === 'c'), options);
  if (format[1] === 'S') return socketAddress(context, format, pointer, options);
  return errorString(format[0] === 'i' ? '(%pi?)' : '(%pI?)', options);
}

function readBytes(context: FormatContext, pointer: Address, size: number): Uint8Array {
  return context.memory.view(pointer, size, 'read');
}

function ip4(bytes: Uint8Array, letter: string, order: string | undefined): string {
  const parts = Array.from(bytes, (byte) => (letter === 'i' ? `${byte}`.padStart(3, '0') : `${byte}`));
  if (order === 'h' || order === 'l') parts.reverse();
  return parts.join('.');
}

function ip6(bytes: Uint8Array, format: string, compressed: boolean): string {
  if (format[0] === 'I' && compressed) return ip6Compressed(bytes);
  const words = ip6Words(bytes).map((word) => word.toString(16).padStart(4, '0'));
  return words.join(format[0] === 'I' ? ':' : '');
}

function ip6Words(bytes: Uint8Array): number[] {
  return Array.from({ length: 8 }, (_, index) => (bytes[index * 2]! << 8) | bytes[index * 2 + 1]!);
}

/** `ip6_compressed_string`: the first of the longest runs of at least two zero words becomes `::`. */
function ip6Compressed(bytes: Uint8Array): string {
  const words = ip6Words(bytes);
  const mapped = words.slice(0, 5).every((word) => word === 0) && words[5] === 0xffff;
  const isatap = ((words[4]! | 0x0200) & 0xffff) === 0x0200 && words[5] === 0x5efe;
  const range = mapped || isatap ? 6 : 8;
  const [start, length] = longestZeroRun(words.slice(0, range));
  const tail = range === 6 ? [ip4(bytes.slice(12), 'I', undefined)] : [];
  const text = [...words.slice(0, range).map((word) => word.toString(16)), ...tail];
  if (length < 2) return text.join(':');
  return `${text.slice(0, start).join(':')}::${text.slice(start + length).join(':')}`;
}

function longestZeroRun(words: readonly number[]): [start: number, length: number] {
  let best: [number, number] = [0, 0];
  for (let start = 0; start < words.length; start++) {
    let end = start;
    while (words[end] === 0) end++;
    if (end - start > best[1]) best = [start, end - start];
  }
  return best;
}

/** `%pIS[pfschnbl]`: `ip4_addr_string_sa`, `ip6_addr_string_sa`. */
function socketAddress(context: FormatContext, format: string, pointer: Address, options: PrintfSpec): string {
  const family = context.memory.readU16(pointer);
  const letters = /^[A-Za-z]*/.exec(format.slice(2))![0];
  const number = (value: number): string => formatNumber(BigInt(value), options);
  const port = letters.includes('p') ? `:${number(bigEndian(context, pointer + 2, 2))}` : '';
  if (family === AF_INET) {
    const order = /[hlnb]/g;
    const bytes = readBytes(context, pointer + 4, 4);
    return formatString(ip4(bytes, format[0]!, letters.match(order)?.at(-1)) + port, options);
  }
  if (family !== AF_INET6) return errorString('(einval)', options);
  const address = ip6(readBytes(context, pointer + 8, 16), format, letters.includes('c'));
  const flow = letters.includes('f') ? `/${number(bigEndian(context, pointer + 4, 4) & 0x0fffffff)}` : '';
  const scope = letters.includes('s') ? `%${number(context.memory.readU32(pointer + 24))}` : '';
  return formatString((/[pfs]/.test(letters) ? `[${address}]` : address) + port + flow + scope, options);
}

function bigEndian(context: FormatContext, pointer: Address, size: number): number {
  return readBytes(context, pointer, size).reduce((value, byte) => value * 256 + byte, 0);
}

/** Byte order of `guid_t`, lib/uuid.c: `guid_index`. */
const GUID_ORDER = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15];
const UUID_GROUPS = [4, 6, 8, 10];

/** `%pU[bBlL]`: `uuid_string`. */
export function uuid(context: FormatContext, format: string, pointer: Address, options: PrintfSpec): string {
  const bytes = readBytes(context, pointer, 16);
  const little = format[1] === 'l' || format[1] === 'L';
  const digits = GUID_ORDER.map((index, at) => hexByte(bytes[little ? index : at]!));
  const text = digits.map((pair, at) => (UUID_GROUPS.includes(at) ? `-${pair}` : pair)).join('');
  return formatString(format[1] === 'L' || format[1] === 'B' ? text.toUpperCase() : text, options);
}
