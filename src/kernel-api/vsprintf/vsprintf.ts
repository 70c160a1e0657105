import { addressFromBits } from '../../memory/address.ts';
import { checkedPointer } from './check-pointer.ts';
import type { FormatArguments, FormatContext } from './format-context.ts';
import { formatPointer } from './pointer.ts';
import { formatNumber, formatString, type PrintfSpec, spec } from './spec.ts';

/** Where `format_decode` stands in its format. */
interface Cursor {
  readonly format: string;
  at: number;
}

const FLAGS: Readonly<Record<string, keyof PrintfSpec>> = {
  '-': 'left',
  '+': 'plus',
  ' ': 'space',
  '#': 'special',
  '0': 'zeroPad',
};

/** Bits of an integer argument by qualifier (`H` is `hh`, `L` is `ll`). */
const SIZES: Readonly<Record<string, number>> = { H: 8, h: 16, l: 64, L: 64, z: 64, t: 64 };

/** What an integer conversion letter sets. */
const INTEGERS: Readonly<Record<string, Partial<PrintfSpec>>> = {
  o: { base: 8 },
  x: { base: 16, small: true },
  X: { base: 16 },
  d: { signed: true },
  i: { signed: true },
  u: {},
};

/** `WARN_ONCE` in `format_decode`, lib/vsprintf.c. */
const UNSUPPORTED_LINE = 2661;

/**
 * `vsnprintf` without the buffer: the whole text. A conversion that the kernel does not know ends the text there, with
 * its warning. Faults of guest memory pass through. Source: lib/vsprintf.c.
 */
export function vsprintf(context: FormatContext, format: string, args: FormatArguments): string {
  const cursor: Cursor = { format, at: 0 };
  let out = '';
  while (cursor.at < format.length) {
    const percent = format.indexOf('%', cursor.at);
    if (percent < 0) return out + format.slice(cursor.at);
    out += format.slice(cursor.at, percent);
    cursor.at = percent + 1;
    const text = conversion(context, cursor, args);
    if (text === undefined) return out;
    out += text;
  }
  return out;
}

function conversion(context: FormatContext, cursor: Cursor, args: FormatArguments): string | undefined {
  const options = readSpec(cursor, args);
  const qualifier = readQualifier(cursor);
  const letter = cursor.format[cursor.at++] ?? '\0';
  const integer = INTEGERS[letter];
  if (integer) return integerText(args.next(), { ...options, ...integer }, SIZES[qualifier] ?? 32);
  if (letter === 'c') return character(args.next(), options);
  if (letter === 's') return stringArgument(context, args.next(), options);
  if (letter === 'p') return pointerArgument(context, cursor, args.next(), options);
  if (letter === '%') return '%';
  context.warnOnce(`Please remove unsupported %${letter} in format string`, UNSUPPORTED_LINE);
  return undefined;
}

function readSpec(cursor: Cursor, args: FormatArguments): PrintfSpec {
  const options = spec();
  for (let flag = FLAGS[cursor.format[cursor.at]!]; flag; flag = FLAGS[cursor.format[++cursor.at]!]) {
    Object.assign(options, { [flag]: true });
  }
  options.width = readCount(cursor, args) ?? -1;
  if (options.width < -1 || (options.width === -1 && cursor.format[cursor.at - 1] === '*')) {
    options.width = -options.width;
    options.left = true;
  }
  if (cursor.format[cursor.at] !== '.') return options;
  cursor.at++;
  const precision = readCount(cursor, args);
  options.precision = precision === undefined ? -1 : Math.max(0, precision);
  return options;
}

/** Digits, or `*` for the next argument; undefined when neither stands there. */
function readCount(cursor: Cursor, args: FormatArguments): number | undefined {
  if (cursor.format[cursor.at] === '*') {
    cursor.at++;
    return Number(BigInt.asIntN(32, args.next()));
  }
  const start = cursor.at;
  while (isDigit(cursor.format[cursor.at])) cursor.at++;
  return cursor.at > start ? Number(cursor.format.slice(start, cursor.at)) : undefined;
}

function isDigit(character: string | undefined): boolean {
  return character !== undefined && character >= '0' && character <= '9';
}

function readQualifier(cursor: Cursor): string {
  const first = cursor.format[cursor.at] ?? '';
  if (!'hlLzt'.includes(first) || first === '') return '';
  cursor.at++;
  if (cursor.format[cursor.at] !== first || (first !== 'l' && first !== 'h')) return first;
  cursor.at++;
  return first.toUpperCase();
}

function integerText(value: bigint, options: PrintfSpec, bits: number): string {
  return formatNumber(options.signed ? BigInt.asIntN(bits, value) : BigInt.asUintN(bits, value), options);
}

function character(value: bigint, options: PrintfSpec): string {
  const text = String.fromCharCode(Number(value & 0xffn));
  return options.left ? text.padEnd(options.width) : text.padStart(options.width);
}

function stringArgument(context: FormatContext, value: bigint, options: PrintfSpec): string {
  const pointer = addressFromBits(value);
  const refused = checkedPointer(pointer, options);
  if (refused !== undefined) return refused;
  const limit = options.precision < 0 ? undefined : options.precision;
  return formatString(context.memory.readCString(pointer, limit), options);
}

function pointerArgument(context: FormatContext, cursor: Cursor, value: bigint, options: PrintfSpec): string {
  const rest = cursor.format.slice(cursor.at);
  cursor.at += /^[0-9A-Za-z]*/.exec(rest)![0].length;
  return formatPointer(context, rest, addressFromBits(value), options, (format, args) =>
    vsprintf(context, format, args),
  );
}
