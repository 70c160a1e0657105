import type { Address } from '../../memory/address.ts';
import { checkedPointer } from './check-pointer.ts';
import type { FormatContext } from './format-context.ts';
import { errorString, formatNumber, formatString, type PrintfSpec, spec, specialHexNumber, widen } from './spec.ts';

/** `IORESOURCE_*`, include/linux/ioport.h. */
const UNSET = 0x20000000n;
const DECODED_FLAGS: readonly (readonly [bigint, string])[] = [
  [0x00100000n, ' 64bit'],
  [0x00002000n, ' pref'],
  [0x00200000n, ' window'],
  [0x10000000n, ' disabled'],
];
const HEX = { base: 16, small: true, zeroPad: true } as const;
const RESOURCE_KINDS = [
  { flag: 0x100n, name: 'io  ', number: spec({ ...HEX, special: true, width: 6 }) },
  { flag: 0x200n, name: 'mem ', number: spec({ ...HEX, special: true, width: 10 }) },
  { flag: 0x400n, name: 'irq ', number: spec({ width: 0 }) },
  { flag: 0x800n, name: 'dma ', number: spec({ width: 0 }) },
  { flag: 0x1000n, name: 'bus ', number: spec({ ...HEX, width: 2 }) },
];
const UNKNOWN_KIND = { name: '??? ', number: spec({ ...HEX, special: true, width: 10 }) };

/** `%p[Rr]`: `resource_string`. */
export function resource(context: FormatContext, format: string, pointer: Address, options: PrintfSpec): string {
  const field = (name: string): bigint => context.memory.readU64(pointer + context.offset('resource', name));
  const [start, end, flags] = [field('start'), field('end'), field('flags')];
  const known = RESOURCE_KINDS.find((kind) => (flags & kind.flag) !== 0n);
  const { name, number } = known ?? UNKNOWN_KIND;
  const decode = format[0] === 'R' && known !== undefined;
  const unset = decode && (flags & UNSET) !== 0n;
  const size = BigInt.asUintN(64, end - start + 1n);
  const range = start === end ? '' : `-${formatNumber(end, number)}`;
  const body = unset ? `size ${formatNumber(size, number)}` : formatNumber(start, number) + range;
  return formatString(`[${name}${body}${decode ? decoded(flags) : ` flags 0x${flags.toString(16)}`}]`, options);
}

function decoded(flags: bigint): string {
  return DECODED_FLAGS.map(([mask, text]) => ((flags & mask) === 0n ? '' : text)).join('');
}

/** `%pa[pd]`: `address_val`. */
export function addressValue(context: FormatContext, _format: string, pointer: Address): string {
  return specialHexNumber(context.memory.readU64(pointer), 8);
}

/** `%pNF`: `netdev_bits`. */
export function netdevBits(context: FormatContext, format: string, pointer: Address, options: PrintfSpec): string {
  if (format[1] !== 'F') return errorString('(%pN?)', options);
  return specialHexNumber(context.memory.readU64(pointer), 8);
}

/** `%p4cc`: `fourcc_string`. */
export function fourcc(context: FormatContext, format: string, pointer: Address, options: PrintfSpec): string {
  if (format[1] !== 'c' || format[2] !== 'c') return errorString('(%p4?)', options);
  const value = context.memory.readU32(pointer);
  const letters = [0, 8, 16, 24].map((shift) => (((value & 0x7fffffff) >>> shift) & 0xff) as number);
  const text = letters.map((code) => (code >= 0x20 && code < 0x7f ? String.fromCharCode(code) : '.')).join('');
  const order = value >>> 31 ? 'big-endian' : 'little-endian';
  return formatString(`${text} ${order} (${specialHexNumber(BigInt(value), 4)})`, options);
}

/** `%pd[234]`: `dentry_name`, the last names of a path. */
export function dentryName(context: FormatContext, format: string, pointer: Address, options: PrintfSpec): string {
  const depth = '234'.includes(format[1] ?? '-') ? Number(format[1]) : 1;
  const { memory } = context;
  const names: string[] = [];
  for (let dentry = pointer, level = 0; level < depth; level++) {
    const refused = checkedPointer(dentry, options);
    if (refused !== undefined) return refused;
    const parent = memory.readPointer(dentry + context.offset('dentry', 'd_parent'));
    const nameAt = context.offset('dentry', 'd_name') + context.offset('qstr', 'name');
    const isRoot = parent === dentry;
    names.unshift(isRoot && level > 0 ? '' : memory.readCString(memory.readPointer(dentry + nameAt)));
    if (isRoot) break;
    dentry = parent;
  }
  const text = names.join('/');
  return widen(options.precision < 0 ? text : text.slice(0, options.precision), options);
}

/** `%pD[234]`: `file_dentry_name`. */
export function fileName(context: FormatContext, format: string, pointer: Address, options: PrintfSpec): string {
  const at = context.offset('file', 'f_path') + context.offset('path', 'dentry');
  const dentry = context.memory.readPointer(pointer + at);
  return checkedPointer(dentry, options) ?? dentryName(context, format, dentry, options);
}

/** `%pg`: `bdev_name`. */
export function diskName(context: FormatContext, _format: string, pointer: Address, options: PrintfSpec): string {
  const { memory } = context;
  const disk = memory.readPointer(pointer + context.offset('block_device', 'bd_disk'));
  const name = memory.readCString(disk + context.offset('gendisk', 'disk_name'));
  const part = memory.readU8(pointer + context.offset('block_device', 'bd_partno'));
  const suffix = part === 0 ? '' : (/\d$/.test(name) ? 'p' : '') + formatNumber(BigInt(part), options);
  return formatString(name, options) + suffix;
}
