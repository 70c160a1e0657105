import { kstrtobool } from '../../../kernel/params/kstrtox.ts';
import type { Address } from '../../../memory/address.ts';
import { writeBytes } from '../../guest-text.ts';
import { type GuestCall, rowsOf } from '../../kernel-function.ts';

const EINVAL = -22;
const ERANGE = -34;
const EFAULT = -14;

const DIGITS: Readonly<Record<number, RegExp>> = { 8: /^[0-7]+/, 10: /^[0-9]+/, 16: /^[0-9a-fA-F]+/ };

/** `_parse_integer_fixup_radix`: the base that a text has, and the text without its `0x`. */
function fixRadix(text: string, base: number): [digits: string, base: number] {
  let radix = base;
  if (radix === 0) radix = text[0] !== '0' ? 10 : /^0[xX][0-9a-fA-F]/.test(text) ? 16 : 8;
  return radix === 16 && /^0[xX]/.test(text) ? [text.slice(2), 16] : [text, radix];
}

/** Digits in a base as a number; the text behind them. */
function leadingNumber(text: string, base: number): { value: bigint; length: number } {
  const [digits, radix] = fixRadix(text, base);
  const found = digitsOf(digits, radix);
  let value = 0n;
  for (const digit of found) value = value * BigInt(radix) + BigInt(Number.parseInt(digit, radix));
  return { value, length: text.length - digits.length + found.length };
}

function digitsOf(text: string, radix: number): string {
  const known = DIGITS[radix];
  if (known) return known.exec(text)?.[0] ?? '';
  let count = 0;
  while (count < text.length && !Number.isNaN(Number.parseInt(text[count]!, radix))) count++;
  return text.slice(0, count);
}

/** A `kstrto…`: the whole text, an optional sign before it and newline after it. */
function parseWhole(text: string, base: number, signed: boolean, bits: number): bigint | number {
  const negative = signed && text[0] === '-';
  const body = negative || text[0] === '+' ? text.slice(1) : text;
  const { value, length } = leadingNumber(body, base);
  const rest = body.slice(length);
  const [digits] = fixRadix(body, base);
  if (length <= body.length - digits.length || (rest !== '' && rest !== '\n')) return EINVAL;
  const number = negative ? -value : value;
  const [low, high] = signed
    ? [-(1n << BigInt(bits - 1)), (1n << BigInt(bits - 1)) - 1n]
    : [0n, (1n << BigInt(bits)) - 1n];
  return number < low || number > high ? ERANGE : number;
}

function store(call: GuestCall, target: Address, value: bigint, bits: number): void {
  const bytes = call.memory.view(target, bits / 8, 'write');
  for (let index = 0; index < bytes.length; index++) bytes[index] = Number((value >> BigInt(8 * index)) & 0xffn);
}

const kstrto = (signed: boolean, bits: number) => (call: GuestCall) => {
  const parsed = parseWhole(call.string(0), call.unsigned(1), signed, bits);
  if (typeof parsed === 'number') return parsed;
  store(call, call.pointer(2), parsed, bits);
  return 0;
};

/** `kstrto…_from_user(s, count, base, res)`. */
const kstrtoFromUser = (signed: boolean, bits: number) => (call: GuestCall) => {
  const [source, count] = [call.pointer(0), Math.min(call.size(1), 68)];
  if (!call.memory.find(source)) return EFAULT;
  const text = call.memory.readCString(source, count);
  const parsed = parseWhole(text, call.unsigned(2), signed, bits);
  if (typeof parsed === 'number') return parsed;
  store(call, call.pointer(3), parsed, bits);
  return 0;
};

/** `simple_strto…`: what stands at the front, and where it ends. */
const simple = (signed: boolean) => (call: GuestCall) => {
  const [start, end, base] = [call.pointer(0), call.pointer(1), call.unsigned(2)];
  const text = call.memory.readCString(start);
  const negative = signed && text[0] === '-';
  const { value, length } = leadingNumber(negative ? text.slice(1) : text, base);
  if (end !== 0) call.memory.writePointer(end, start + length + (negative ? 1 : 0));
  return BigInt.asUintN(64, negative ? -value : value);
};

const SUFFIXES = 'KMGTPE';

function memparse(call: GuestCall): bigint {
  const [start, end] = [call.pointer(0), call.pointer(1)];
  const text = call.memory.readCString(start);
  const { value, length } = leadingNumber(text, 0);
  const power = SUFFIXES.indexOf((text[length] ?? ' ').toUpperCase()) + 1;
  if (end !== 0) call.memory.writePointer(end, start + length + (power > 0 ? 1 : 0));
  return BigInt.asUintN(64, value << BigInt(10 * power));
}

function strtobool(call: GuestCall): number {
  if (call.pointer(0) === 0) return EINVAL;
  const parsed = kstrtobool(call.kernel, call.string(0));
  if ('error' in parsed) return EINVAL;
  call.memory.writeU8(call.pointer(1), parsed.value ? 1 : 0);
  return 0;
}

const UNITS = {
  0: { divisor: 1000n, names: ['B', 'kB', 'MB', 'GB', 'TB', 'PB', 'EB', 'ZB', 'YB'] },
  1: { divisor: 1024n, names: ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB', 'ZiB', 'YiB'] },
} as const;

/** `string_get_size`, lib/string_helpers.c: three significant digits. */
function sizeText(size: bigint, blockSize: bigint, units: 0 | 1): string {
  const { divisor, names } = UNITS[units];
  const total = size * blockSize;
  let unit = 0;
  let scale = 1n;
  while (total / scale >= divisor) {
    scale *= divisor;
    unit++;
  }
  const whole = total / scale;
  if (unit === 0) return `${whole} ${names[unit]}`;
  const digits = whole >= 100n ? 0 : whole >= 10n ? 1 : 2;
  const power = 10n ** BigInt(digits);
  const rounded = (total * power + scale / 2n) / scale;
  const fraction = digits === 0 ? '' : `.${(rounded % power).toString().padStart(digits, '0')}`;
  return `${rounded / power}${fraction} ${names[unit]}`;
}

function intSqrt(value: bigint): bigint {
  let root = BigInt(Math.floor(Math.sqrt(Number(value))));
  while (root * root > value) root--;
  while ((root + 1n) * (root + 1n) <= value) root++;
  return root;
}

/** `get_options`: `count,value,…` as a list of ints. */
function getOption(call: GuestCall): number {
  const place = call.pointer(0);
  const start = call.memory.readPointer(place);
  if (start === 0) return 0;
  const text = call.memory.readCString(start);
  const negative = text[0] === '-';
  const { value, length } = leadingNumber(negative ? text.slice(1) : text, 0);
  if (length === 0) return 0;
  const used = length + (negative ? 1 : 0);
  if (call.pointer(1) !== 0) store(call, call.pointer(1), negative ? -value : value, 32);
  const comma = text[used] === ',';
  call.memory.writePointer(place, start + used + (comma ? 1 : 0));
  if (comma) return 2;
  return text[used] === '-' ? 3 : 1;
}

/** Numbers from and to text: lib/kstrtox.c and neighbours. */
export const numberFunctions = () => [
  ...rowsOf('lib/kstrtox.c', [
    ['int kstrtoull(const char *s, unsigned int base, unsigned long long *res)', kstrto(false, 64)],
    ['int kstrtoll(const char *s, unsigned int base, long long *res)', kstrto(true, 64)],
    ['int _kstrtoul(const char *s, unsigned int base, unsigned long *res)', kstrto(false, 64)],
    ['int _kstrtol(const char *s, unsigned int base, long *res)', kstrto(true, 64)],
    ['int kstrtouint(const char *s, unsigned int base, unsigned int *res)', kstrto(false, 32)],
    ['int kstrtoint(const char *s, unsigned int base, int *res)', kstrto(true, 32)],
    ['int kstrtou16(const char *s, unsigned int base, u16 *res)', kstrto(false, 16)],
    ['int kstrtos16(const char *s, unsigned int base, s16 *res)', kstrto(true, 16)],
    ['int kstrtou8(const char *s, unsigned int base, u8 *res)', kstrto(false, 8)],
    ['int kstrtos8(const char *s, unsigned int base, s8 *res)', kstrto(true, 8)],
    ['int kstrtobool(const char *s, bool *res)', strtobool],
    [
      'int kstrtoull_from_user(const char *s, size_t count, unsigned int base, unsigned long long *res)',
      kstrtoFromUser(false, 64),
    ],
    [
      'int kstrtoll_from_user(const char *s, size_t count, unsigned int base, long long *res)',
      kstrtoFromUser(true, 64),
    ],
    [
      'int kstrtoul_from_user(const char *s, size_t count, unsigned int base, unsigned long *res)',
      kstrtoFromUser(false, 64),
    ],
    ['int kstrtol_from_user(const char *s, size_t count, unsigned int base, long *res)', kstrtoFromUser(true, 64)],
    [
      'int kstrtouint_from_user(const char *s, size_t count, unsigned int base, unsigned int *res)',
      kstrtoFromUser(false, 32),
    ],
    ['int kstrtoint_from_user(const char *s, size_t count, unsigned int base, int *res)', kstrtoFromUser(true, 32)],
    [
      'int kstrtobool_from_user(const char *s, size_t count, bool *res)',
      (call) => {
        const parsed = kstrtobool(call.kernel, call.memory.readCString(call.pointer(0), Math.min(call.size(1), 3)));
        if ('error' in parsed) return EINVAL;
        call.memory.writeU8(call.pointer(2), parsed.value ? 1 : 0);
        return 0;
      },
    ],
  ]),
  ...rowsOf('lib/vsprintf.c', [
    ['unsigned long simple_strtoul(const char *cp, char **endp, unsigned int base)', simple(false)],
    ['unsigned long long simple_strtoull(const char *cp, char **endp, unsigned int base)', simple(false)],
    ['long simple_strtol(const char *cp, char **endp, unsigned int base)', simple(true)],
    ['long long simple_strtoll(const char *cp, char **endp, unsigned int base)', simple(true)],
  ]),
  ...rowsOf('lib/cmdline.c', [
    ['unsigned long long memparse(const char *ptr, char **retptr)', memparse],
    ['int get_option(char **str, int *pint)', getOption],
  ]),
  ...rowsOf('lib/string_helpers.c', [
    [
      'void string_get_size(u64 size, u64 blk_size, const enum string_size_units units, char *buf, int len)',
      (call) => {
        const text = sizeText(call.long(0), call.long(1), call.int(2) === 0 ? 0 : 1);
        writeBytes(call.session, call.pointer(3), `${text.slice(0, Math.max(0, call.int(4) - 1))}\0`);
      },
    ],
  ]),
  ...rowsOf('lib/math/int_sqrt.c', [['unsigned long int_sqrt(unsigned long x)', (call) => intSqrt(call.long(0))]]),
  ...rowsOf('lib/hexdump.c', [
    [
      'int hex_to_bin(unsigned char ch)',
      (call) => {
        const value = Number.parseInt(String.fromCharCode(call.int(0) & 0xff), 16);
        return Number.isNaN(value) ? -1 : value;
      },
    ],
    [
      'int hex2bin(u8 *dst, const char *src, size_t count)',
      (call) => {
        const [target, text, count] = [call.pointer(0), call.string(1), call.size(2)];
        if (!/^[0-9a-fA-F]*$/.test(text.slice(0, 2 * count)) || text.length < 2 * count) return EINVAL;
        for (let index = 0; index < count; index++)
          call.memory.writeU8(target + index, Number.parseInt(text.slice(2 * index, 2 * index + 2), 16));
        return 0;
      },
    ],
  ]),
];
