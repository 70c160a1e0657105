import { among, below, call, type Generate, made, pointerTo, room, text, u64 } from './arguments.ts';

const DIGITS = ['', '0', '7', '9', '42', '127', '128', '255', '256', '32767', '32768', '65535', '65536', '2147483647'];
const LARGE = [
  '2147483648',
  '4294967295',
  '4294967296',
  '9223372036854775807',
  '9223372036854775808',
  '18446744073709551615',
];
const HUGE = ['18446744073709551616', '99999999999999999999', 'ff', 'FFFF', 'g', '_1', '08', '0755', '00'];
const NUMBER = made(
  ['', '-', '+', '--', '+-', ' ', '-0x', '0x', '0X', '0'],
  [...DIGITS, ...LARGE, ...HUGE],
  ['', '\n', '\n\n', ' ', 'x', 'k', '\0'],
);
const BASE = among(0, 0, 0, 10, 10, 16, 16, 8, 2, 36, 7);

/** `int (*)(const char *, unsigned int, T *)`. */
const kstrto = (size: number): Generate => call(NUMBER, BASE, room(size));

/** Arguments for modelled functions: numbers from and to text. */
export const NUMBERS: Readonly<Record<string, Generate>> = {
  kstrtoull: kstrto(8),
  kstrtoll: kstrto(8),
  kstrtouint: kstrto(8),
  kstrtoint: kstrto(8),
  kstrtou16: kstrto(8),
  kstrtos16: kstrto(8),
  kstrtou8: kstrto(8),
  kstrtos8: kstrto(8),
  _kstrtoul: kstrto(8),
  _kstrtol: kstrto(8),
  kstrtobool: call(
    made(
      ['', 'y', 'Y', 'n', 'N', '1', '0', 'o', 'on', 'oN', 'OFF', 'of', 'of?', 'ox', ' y', 't', 'T', 'f'],
      ['', '\n', 'x'],
    ),
    room(8),
  ),
  simple_strtoul: call(NUMBER, room(8), BASE),
  simple_strtoull: call(NUMBER, room(8), BASE),
  simple_strtol: call(NUMBER, room(8), BASE),
  simple_strtoll: call(NUMBER, room(8), BASE),
  memparse: call(
    made(
      ['', '-', '0x', ' '],
      [...DIGITS, ...LARGE],
      ['', 'k', 'K', 'm', 'M', 'G', 'g', 'T', 'P', 'E', 'e', 'kB', 'x'],
    ),
    room(8),
  ),
  get_option: call(
    pointerTo(
      made(['', '-', '--', 'x'], [...DIGITS, '0x1f', '3-', '3-5', '5-3'], ['', ',', ',,', ' ', '-7', '-', ',4']),
    ),
    room(8),
  ),
  string_get_size: call(u64, among(1, 512, 4096, 0, 3), among(0, 1), room(32), among(32, 10, 5, 1)),
  int_sqrt: call(u64),
  hex_to_bin: call(below(256)),
  hex2bin: call(room(20), text('0123456789abcdefABCDEFg', 40), below(12)),
};
