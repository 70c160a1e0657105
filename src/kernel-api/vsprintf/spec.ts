/** `struct printf_spec` of lib/vsprintf.c, with the conversion letter in place of `enum format_type`. */
export interface PrintfSpec {
  left: boolean;
  plus: boolean;
  space: boolean;
  /** `#`: prefix hexadecimal with `0x`, octal with `0`. */
  special: boolean;
  zeroPad: boolean;
  /** Lower-case hexadecimal digits. */
  small: boolean;
  signed: boolean;
  base: 8 | 10 | 16;
  /** -1: not given. */
  width: number;
  /** -1: not given. */
  precision: number;
}

const DEFAULTS: PrintfSpec = {
  left: false,
  plus: false,
  space: false,
  special: false,
  zeroPad: false,
  small: false,
  signed: false,
  base: 10,
  width: -1,
  precision: -1,
};

/** A specification with everything at its default but `fields`. */
export function spec(fields: Partial<PrintfSpec> = {}): PrintfSpec {
  return { ...DEFAULTS, ...fields };
}

/** `number()`, lib/vsprintf.c: `value` is already of the right signedness. */
export function formatNumber(value: bigint, options: PrintfSpec): string {
  const sign = signOf(value, options);
  const magnitude = value < 0n ? -value : value;
  const prefix = prefixOf(magnitude, options);
  const text = magnitude.toString(options.base);
  const digits = (options.small ? text : text.toUpperCase()).padStart(options.precision, '0');
  const room = options.width - sign.length - prefix.length;
  if (options.left) return (sign + prefix + digits).padEnd(options.width);
  if (options.zeroPad) return sign + prefix + digits.padStart(room, '0');
  return (sign + prefix + digits).padStart(options.width);
}

function signOf(value: bigint, options: PrintfSpec): string {
  if (!options.signed) return '';
  if (value < 0n) return '-';
  if (options.plus) return '+';
  return options.space ? ' ' : '';
}

function prefixOf(magnitude: bigint, options: PrintfSpec): string {
  if (!options.special || options.base === 10) return '';
  if (options.base === 8) return magnitude === 0n ? '' : '0';
  return options.small ? '0x' : '0X';
}

/** `widen_string`: pads to the field width. */
export function widen(text: string, options: PrintfSpec): string {
  return options.left ? text.padEnd(options.width) : text.padStart(options.width);
}

/** `string_nocheck`: cuts at the precision and pads. */
export function formatString(text: string, options: PrintfSpec): string {
  return widen(options.precision < 0 ? text : text.slice(0, options.precision), options);
}

/** `error_string`: a message in place of a value; at most 16 characters unless a precision was given. */
export function errorString(text: string, options: PrintfSpec): string {
  return formatString(text, options.precision < 0 ? { ...options, precision: 16 } : options);
}

/** `special_hex_number`: `0x` and all `2 * size` digits. */
export function specialHexNumber(value: bigint, size: number): string {
  return formatNumber(value, spec({ base: 16, special: true, small: true, zeroPad: true, width: 2 + 2 * size }));
}

/** `hex_byte_pack`. */
export function hexByte(byte: number): string {
  return byte.toString(16).padStart(2, '0');
}
