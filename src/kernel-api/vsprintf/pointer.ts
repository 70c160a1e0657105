import { isErrorValue } from '../../abi/negative-errno.ts';
import { type Address, addressBits } from '../../memory/address.ts';
import { checkedPointer } from './check-pointer.ts';
import { errname } from './errname.ts';
import type { FormatArguments, FormatContext } from './format-context.ts';
import { guestArguments } from './format-context.ts';
import { bitmap, bitmapList, escaped, hexString } from './pointer-bytes.ts';
import { flagsString } from './pointer-flags.ts';
import { ipAddress, macAddress, uuid } from './pointer-network.ts';
import { addressValue, dentryName, diskName, fileName, fourcc, netdevBits, resource } from './pointer-struct.ts';
import { timeAndDate } from './pointer-time.ts';
import { siphash1u64 } from './siphash.ts';
import { errorString, formatNumber, formatString, type PrintfSpec } from './spec.ts';

/** One `%p` extension; `format` starts at its letter. The pointer has passed `check_pointer` when `checked`. */
type Extension = (context: FormatContext, format: string, pointer: Address, options: PrintfSpec) => string;

/** `vsprintf` once more, for `%pV`. */
type Nested = (format: string, args: FormatArguments) => string;

/** The key of `%p`'s hash: fixed, so that the same load gives the same log. */
const POINTER_KEY: readonly [bigint, bigint] = [0x0706050403020100n, 0x0f0e0d0c0b0a0908n];

const symbolString: Extension = (context, format, pointer, options) => {
  const style = format[0] as 'S' | 's' | 'B';
  const buildId = format[1] === 'b' || (format[1] === 'R' && format[2] === 'b');
  return formatString(context.symbol(pointer, style, buildId && style !== 's'), options);
};

const restricted: Extension = (context, _format, pointer, options) => {
  if (context.kptrRestrict === 0) return defaultPointer(context, pointer, options);
  return pointerString(context.kptrRestrict === 1 ? pointer : 0, options);
};

const errorPointer: Extension = (context, _format, pointer, options) => {
  if (!isErrorValue(pointer)) return defaultPointer(context, pointer, options);
  const name = errname(-pointer);
  if (name) return formatString(`-${name}`, options);
  return formatNumber(BigInt(pointer), { ...options, signed: true, base: 10 });
};

const userString: Extension = (context, format, pointer, options) => {
  if (format[1] !== 's') return errorString('(einval)', options);
  const refused = checkedPointer(pointer, options);
  return refused ?? formatString(context.memory.readCString(pointer), options);
};

/** Extensions that look at their pointer themselves. */
const PLAIN: Readonly<Record<string, Extension>> = {
  S: symbolString,
  s: symbolString,
  B: symbolString,
  K: restricted,
  x: (_context, _format, pointer, options) => pointerString(pointer, options),
  e: errorPointer,
  u: userString,
  k: userString,
  O: (_context, format, _pointer, options) => errorString(format[1] === 'F' ? '(%pOF?)' : '(%pO?)', options),
  f: (_context, format, _pointer, options) => errorString(format[1] === 'w' ? '(null)' : '(%pf?)', options),
  A: (context, _format, _pointer, options) => {
    context.warnOnce('Please remove %pA from non-Rust code', 2466);
    return errorString('(%pA?)', options);
  },
};

/** Extensions that follow their pointer, after `check_pointer`. */
const FOLLOWING: Readonly<Record<string, Extension>> = {
  R: resource,
  r: resource,
  h: hexString,
  b: (context, format, pointer, options) =>
    (format[1] === 'l' ? bitmapList : bitmap)(context, format, pointer, options),
  M: macAddress,
  m: macAddress,
  I: ipAddress,
  i: ipAddress,
  E: escaped,
  U: uuid,
  N: netdevBits,
  '4': fourcc,
  a: addressValue,
  d: dentryName,
  D: fileName,
  g: diskName,
  t: timeAndDate,
  G: flagsString,
  C: (context, _format, pointer, options) => defaultPointer(context, pointer, options),
};

/** Extensions whose width 0 prints nothing, before the pointer is looked at. */
const EMPTY_AT_WIDTH_0 = 'hE';

/** `pointer()`, lib/vsprintf.c: `format` is what follows `%p`. */
export function formatPointer(
  context: FormatContext,
  format: string,
  pointer: Address,
  options: PrintfSpec,
  nested: Nested,
): string {
  const letter = format[0] ?? '';
  const plain = PLAIN[letter];
  if (plain) return plain(context, format, pointer, options);
  if (letter === 'V') return checkedPointer(pointer, options) ?? vaFormat(context, pointer, nested);
  const following = FOLLOWING[letter];
  if (!following) return defaultPointer(context, pointer, options);
  if (options.width === 0 && EMPTY_AT_WIDTH_0.includes(letter)) return '';
  return checkedPointer(pointer, options) ?? following(context, format, pointer, options);
}

/** `va_format`: `struct va_format` is a format and the address of a `va_list`. */
function vaFormat(context: FormatContext, pointer: Address, nested: Nested): string {
  const format = context.memory.readCString(context.memory.readPointer(pointer));
  return nested(format, guestArguments(context.memory, context.memory.readPointer(pointer + 8)));
}

function pointerString(pointer: Address, options: PrintfSpec): string {
  const shaped: PrintfSpec = { ...options, base: 16, small: true };
  if (options.width === -1) Object.assign(shaped, { width: 16, zeroPad: true });
  return formatNumber(addressBits(pointer), shaped);
}

/** `default_pointer`, `ptr_to_id`. */
function defaultPointer(context: FormatContext, pointer: Address, options: PrintfSpec): string {
  if (context.pointers === 'plain' || pointer === 0 || isErrorValue(pointer)) return pointerString(pointer, options);
  if (context.pointers === 'unready') return errorString('(____ptrval____)', { ...options, width: 16 });
  return pointerString(Number(siphash1u64(addressBits(pointer), POINTER_KEY) & 0xffffffffn), options);
}
