import type { Random } from '../../cpu/x86-64/hardware/random.ts';
import type { Argument, PointerTo } from './text-machine.ts';

/** Makes the arguments of one call. */
export type Generate = (random: Random) => readonly Argument[];

type One = (random: Random) => Argument;

const bytesOf = (text: string): Uint8Array => Uint8Array.from(text, (char) => char.charCodeAt(0));

/** A string of an alphabet, shorter than `limit`, and its NUL. */
const text =
  (alphabet: string, limit = 40): One =>
  (random) =>
    bytesOf(`${Array.from({ length: random.below(limit) }, () => random.pick([...alphabet])).join('')}\0`);

/** One of some strings, or one made of pieces. */
const oneOf =
  (...strings: string[]): One =>
  (random) =>
    bytesOf(`${random.pick(strings)}\0`);
const made =
  (...pieces: (readonly string[])[]): One =>
  (random) =>
    bytesOf(`${pieces.map((piece) => random.pick(piece)).join('')}\0`);

const bytes =
  (size: number): One =>
  (random) =>
    Uint8Array.from({ length: size }, () => random.pick([0, 0xff, random.below(256)]));
const room =
  (size: number): One =>
  () =>
    new Uint8Array(size).fill(0x5a);

const below =
  (limit: number, from = 0): One =>
  (random) =>
    from + random.below(limit - from);
const among =
  (...values: (number | bigint)[]): One =>
  (random) =>
    random.pick(values);
const u32: One = (random) =>
  random.pick([0, 1, 0x7fffffff, 0x80000000, 0xffffffff, random.u32(), random.below(100000)]);
const u64: One = (random) =>
  random.pick([
    0n,
    1n,
    (1n << 63n) - 1n,
    1n << 63n,
    (1n << 64n) - 1n,
    random.u64(),
    BigInt(random.u32()),
    BigInt(random.below(5000)),
  ]);
const pointerTo =
  (string: One): One =>
  (random): PointerTo => ({ strings: [string(random) as Uint8Array] });
const strings =
  (count: number, string: One): One =>
  (random): PointerTo => ({ strings: Array.from({ length: count }, () => string(random) as Uint8Array) });

const call =
  (...args: One[]): Generate =>
  (random) =>
    args.map((arg) => arg(random));

const WORDS = text('aAbB ,');
const ANY = text('ab\xc4\xe4\xff\x01', 12);
const SPACED = made(['', ' ', '\t \n', '\x0b'], ['', 'a', 'a b', 'a\t', '\xa0b'], ['', ' ', '\n', '\xa0\n']);
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
const BITS = below(200);
const MAP = bytes(40);

/** `int (*)(const char *, unsigned int, T *)`. */
const kstrto = (size: number): Generate => call(NUMBER, BASE, room(size));

const FORMATS = [
  '%d',
  '%u',
  '%x',
  '%X',
  '%o',
  '%#x',
  '%#o',
  '%5d',
  '%-5d|',
  '%05d',
  '%+d',
  '% d',
  '%.3d',
  '%8.3x',
  '%-#8x|',
  '%hhd',
  '%hd',
  '%hhu',
  '%c',
  '%%',
  '%i',
];
const LONG_FORMATS = [
  '%ld',
  '%lu',
  '%lx',
  '%llx',
  '%#llX',
  '%20lld',
  '%-20llu|',
  '%020llx',
  '%zu',
  '%zd',
  '%.0ld',
  '%+.5ld',
  '%lo',
];
const STRING_FORMATS = ['%s', '%10s', '%-10s|', '%.3s', '%-8.2s|', 'a%sb', '%.0s', '%*s'.replace('*', '4')];
const HEX_FORMATS = ['%*ph', '%*phC', '%*phD', '%*phN'].map((format) => format.replace('*', '7'));
const ADDRESSES = [
  '%pI4',
  '%pi4',
  '%pI4h',
  '%pI4l',
  '%pI4n',
  '%pI4b',
  '%pI6',
  '%pi6',
  '%pI6c',
  '%pM',
  '%pm',
  '%pMF',
  '%pMR',
  '%pUb',
  '%pUB',
  '%pUl',
  '%pUL',
  ...HEX_FORMATS,
  '%*pE'.replace('*', '9'),
  '%9pEh',
  '%9pEa',
  '%9pEcn',
  '%40pb',
  '%40pbl',
  '%p4cc',
  '%20pM|',
  '%-40pI6c|',
];
const ERRORS = ['%pe', '%5pe|', '%-12pe|'];

/** Modelled functions that the kernel's own code can stand in for, and arguments for them. */
export const CASES: Readonly<Record<string, Generate>> = {
  strlen: call(WORDS),
  strnlen: call(WORDS, below(50)),
  strcpy: call(room(64), WORDS),
  strncpy: call(room(64), WORDS, below(60)),
  strscpy: call(room(64), WORDS, below(60)),
  strscpy_pad: call(room(64), WORDS, below(60)),
  strlcpy: call(room(64), WORDS, below(60)),
  strlcat: call(
    (random) => Uint8Array.of(...(WORDS(random) as Uint8Array), ...new Uint8Array(60)),
    WORDS,
    below(60, 45),
  ),
  strcat: call((random) => Uint8Array.of(...(WORDS(random) as Uint8Array), ...new Uint8Array(60)), WORDS),
  strncat: call((random) => Uint8Array.of(...(WORDS(random) as Uint8Array), ...new Uint8Array(60)), WORDS, below(50)),
  strcmp: call(ANY, ANY),
  strncmp: call(ANY, ANY, below(14)),
  strcasecmp: call(text('aAbB\xc4\xe4@[`{', 6), text('aAbB\xc4\xe4@[`{', 6)),
  strncasecmp: call(text('aAbB\xc4\xe4@[`{', 6), text('aAbB\xc4\xe4@[`{', 6), below(8)),
  strchr: call(WORDS, among(97, 66, 0, 120, 0x161, -159)),
  strchrnul: call(WORDS, among(97, 66, 0, 120, 0x161)),
  strnchr: call(WORDS, below(50), among(97, 66, 0, 120)),
  strrchr: call(WORDS, among(97, 66, 0, 120, 0x161)),
  strstr: call(text('ab', 30), text('ab', 5)),
  strnstr: call(text('ab', 30), text('ab', 5), below(32)),
  strspn: call(text('abc', 20), text('ab', 3)),
  strcspn: call(text('abc', 20), text('bc', 3)),
  strpbrk: call(text('abc', 20), text('bcd', 3)),
  strsep: call(pointerTo(text('ab,;', 20)), oneOf(',', ',;', '', 'x')),
  strim: call(SPACED),
  skip_spaces: call(SPACED),
  memset: call(room(64), u32, below(64)),
  memcpy: call(room(400), bytes(400), below(400)),
  memmove: call(room(400), bytes(400), below(400)),
  memcmp: call(bytes(3), bytes(3), below(4)),
  bcmp: call(bytes(3), bytes(3), below(4)),
  memchr: call(bytes(40), among(0, 255, 1, 0x1ff), below(41)),
  memchr_inv: call(
    (random) => new Uint8Array(100).fill(7).fill(random.below(9), random.below(100)),
    among(7, 0x107),
    below(100),
  ),
  __crypto_memneq: call(bytes(3), bytes(3), below(4)),
  sysfs_streq: call(made(['a', 'ab', ''], ['', '\n', '\n\n']), made(['a', 'ab', ''], ['', '\n', '\n\n'])),
  match_string: call(strings(4, text('ab', 3)), below(5), text('ab', 3)),
  __sysfs_match_string: call(strings(4, text('ab', 3)), below(5), made(['a', 'b', 'ab', ''], ['', '\n'])),
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
  hex_dump_to_buffer: call(
    bytes(40),
    below(40),
    among(16, 32, 8),
    among(1, 2, 4, 8, 3),
    room(200),
    among(200, 60, 10, 1, 0, 120),
    among(0, 1),
  ),
  snprintf: (random) => {
    const kind = random.below(5);
    if (kind === 0) return call(room(80), among(80, 10, 1, 0), oneOf(...FORMATS), u32)(random);
    if (kind === 1) return call(room(80), among(80, 10, 1, 0), oneOf(...LONG_FORMATS), u64)(random);
    if (kind === 2) return call(room(80), among(80, 10, 1, 0), oneOf(...STRING_FORMATS), WORDS)(random);
    if (kind === 3) return call(room(120), among(120, 10, 1, 0), oneOf(...ADDRESSES), bytes(40))(random);
    return call(room(80), among(80, 10, 1, 0), oneOf(...ERRORS), among(-1, -2, -12, -22, -517, -4095, -133))(random);
  },
  scnprintf: call(room(80), among(80, 10, 1, 0), oneOf(...FORMATS), u32),
  sprintf: call(room(80), oneOf(...LONG_FORMATS), u64),
  sscanf: (random) => {
    const format = oneOf(
      '%d',
      '%u',
      '%x',
      '%i',
      '%3d',
      '%ld',
      '%llx',
      '%hhd',
      '%hu',
      'a%d',
      ' %d',
      '%d %d',
      '%d,%d',
      '%s',
      '%5s',
      '%c',
      '%3c',
      '%*d %d',
      '%d%n',
      '%[ab]',
      '%[^,]',
      '%[a-c]%d',
      '%2x%2x',
      '%d:%d:%d',
      '%o',
      '%%%d',
    );
    const input = made(
      ['', ' ', 'a', '%', '-'],
      ['12', '-7', '0x1f', 'ff', 'abc', '3 4', '3,4', '1:2:3', '012', '+5', '99999999999'],
      ['', ' 5', ',6', 'x', '\n'],
    );
    return call(input, format, room(40), room(40), room(40))(random);
  },
  kstrdup: call(WORDS, among(0xcc0)),
  kstrndup: call(WORDS, below(40), among(0xcc0)),
  kmemdup_nul: call(WORDS, among(1), among(0xcc0)),
  _find_first_bit: call(MAP, BITS),
  _find_first_zero_bit: call(MAP, BITS),
  _find_next_bit: call(MAP, BITS, below(210)),
  _find_next_zero_bit: call(MAP, BITS, below(210)),
  __bitmap_weight: call(MAP, BITS),
  __bitmap_set: call(MAP, below(100), below(150)),
  __bitmap_clear: call(MAP, below(100), below(150)),
  __bitmap_and: call(MAP, MAP, MAP, BITS),
  __bitmap_or: call(MAP, MAP, MAP, BITS),
  __bitmap_xor: call(MAP, MAP, MAP, BITS),
  __bitmap_andnot: call(MAP, MAP, MAP, BITS),
  __bitmap_equal: call(bytes(2), bytes(2), below(16)),
  __bitmap_subset: call(bytes(2), bytes(2), below(16)),
  __bitmap_intersects: call(bytes(2), bytes(2), below(16)),
  cpumask_next: call(among(-1, 0, 1, 7), bytes(1024)),
  crc32_le: call(u32, bytes(200), below(200)),
  __crc32c_le: call(u32, bytes(200), below(200)),
  crc32_be: call(u32, bytes(200), below(200)),
  __sw_hweight32: call(u32),
  __sw_hweight64: call(u64),
  chacha_block_generic: call(bytes(64), room(64), among(20, 12)),
  hchacha_block_generic: call(bytes(64), room(32), among(20, 12)),
  __crypto_xor: call(room(40), bytes(40), bytes(40), below(40)),
  zlib_inflate_workspacesize: call(),
  zlib_deflate_workspacesize: call(among(15, 9, -15, 12), among(8, 1, 9)),
  __msecs_to_jiffies: call(u32),
  __usecs_to_jiffies: call(u32),
  nsecs_to_jiffies: call(u64),
  jiffies_to_msecs: call(u64),
  jiffies_to_usecs: call(u64),
  jiffies_to_timespec64: call(u64, room(16)),
  time64_to_tm: call(
    among(0, -1, 86399, 951782400, 1700000000, 4102444800n, -62135596800n, 253402300800n, 1078012800),
    among(0, 3600, -7200),
    room(64),
  ),
  round_jiffies_relative: call(below(100000)),
};
