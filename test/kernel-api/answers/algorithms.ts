import type { Random } from '../../cpu/x86-64/hardware/random.ts';
import {
  among,
  below,
  bytes,
  call,
  type Generate,
  made,
  type One,
  oneOf,
  room,
  text,
  u32,
  u64,
  WORDS,
} from './arguments.ts';

const KEY = bytes(16);
const COMPARE: One = () => ({ function: 'strcmp' });
const SMALL = below(5000);
/** Places of bits of `ESCAPE_*` and `UNESCAPE_*`, include/linux/string_helpers.h. */
const ESCAPES = below(512);
const UNESCAPES = below(16);

const HEX = '0123456789abcdefABCDEF';
const UUID: One = (random) => {
  const digits = (count: number) => Array.from({ length: count }, () => random.pick([...HEX])).join('');
  const whole = [8, 4, 4, 4, 12].map(digits).join('-');
  const shown = random.pick([whole, whole, `${whole}x`, whole.slice(1), whole.replace('-', 'a'), `{${whole}}`]);
  return Uint8Array.from(`${shown}\0`, (char) => char.charCodeAt(0));
};

/** Elements of eight bytes, each a short string. */
const elements =
  (count: number): One =>
  (random: Random) =>
    Uint8Array.from({ length: count * 8 }, (_, index) => (index % 8 < 2 ? random.pick([97, 98, 99, 0]) : 0));

const ESCAPED = made(
  ['', 'a', '\\'],
  ['\\n', '\\x41', '\\x4', '\\101', '\\8', '\\e', '\\"', '\\q', '\\\\'],
  ['', 'b', '\\t', '\\377'],
);

/** Eight elements in their order. */
const sorted: One = (random) =>
  Uint8Array.from({ length: 64 }, (_, index) =>
    index % 8 === 0 ? 97 + Math.floor(index / 24) : index % 8 === 1 ? random.pick([0, 97]) : 0,
  );

/** Arguments for modelled functions: sorting, arithmetic, hashes, identifiers, patterns. */
export const ALGORITHMS: Readonly<Record<string, Generate>> = {
  sort: call(elements(40), below(41), among(8), COMPARE, among(0)),
  sort_r: call(elements(40), below(41), among(8), COMPARE, among(0), among(0)),
  bsearch: call(elements(1), sorted, below(9), among(8), COMPARE),
  gcd: call(u64, SMALL),
  lcm: call(u32, SMALL),
  lcm_not_zero: call(u32, SMALL),
  int_pow: call(u64, below(70)),
  rational_best_approximation: call(u32, u32, SMALL, SMALL, room(8), room(8)),
  siphash_1u64: call(u64, KEY),
  siphash_2u64: call(u64, u64, KEY),
  siphash_3u64: call(u64, u64, u64, KEY),
  siphash_4u64: call(u64, u64, u64, u64, KEY),
  siphash_1u32: call(u32, KEY),
  siphash_3u32: call(u32, u32, u32, KEY),
  hsiphash_1u32: call(u32, KEY),
  hsiphash_2u32: call(u32, u32, KEY),
  hsiphash_3u32: call(u32, u32, u32, KEY),
  hsiphash_4u32: call(u32, u32, u32, u32, KEY),
  __siphash_unaligned: call(bytes(40), below(40), KEY),
  __hsiphash_unaligned: call(bytes(40), below(40), KEY),
  prandom_u32_state: call(KEY),
  prandom_bytes_state: call(KEY, room(40), below(40)),
  uuid_parse: call(UUID, room(16)),
  guid_parse: call(UUID, room(16)),
  uuid_is_valid: call(UUID),
  mac_pton: call(made(['01:23', '1:23', '01-23'], [':45:67'], [':89:ab', ':89:aB', ':8'], ['', 'x', ':']), room(6)),
  glob_match: call(
    oneOf('a*b', '*', '?', '[a-c]*', '[!a]?', 'a', '', '**a', '[]a]', '[a', '\\*', 'a*b*c', '*.ab'),
    text('abc*].', 8),
  ),
  strreplace: call(WORDS, among(97, 32), among(98, 120)),
  stpcpy: call(room(64), WORDS),
  memscan: call(bytes(40), among(0, 255, 3), below(41)),
  memcpy_and_pad: call(room(40), below(40), bytes(40), below(40), below(256)),
  bin2hex: call(room(80), bytes(40), below(40)),
  string_escape_mem: call(bytes(20), below(20), room(100), among(100, 10, 1, 0), ESCAPES, oneOf('', 'ab', '\xff')),
  string_unescape: call(ESCAPED, room(40), among(40, 0, 3), UNESCAPES),
  __kfifo_max_r: call(u32, among(1, 2)),
};
