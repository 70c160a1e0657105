import type { Random } from '../../cpu/x86-64/hardware/random.ts';
import type { Argument, PointerTo } from './argument.ts';

/** Makes the arguments of one call. */
export type Generate = (random: Random) => readonly Argument[];

/** Makes one argument. */
export type One = (random: Random) => Argument;

const bytesOf = (text: string): Uint8Array => Uint8Array.from(text, (char) => char.charCodeAt(0));

/** A string of an alphabet, shorter than `limit`, and its NUL. */
export const text =
  (alphabet: string, limit = 40): One =>
  (random) =>
    bytesOf(`${Array.from({ length: random.below(limit) }, () => random.pick([...alphabet])).join('')}\0`);

/** One of some strings. */
export const oneOf =
  (...strings: string[]): One =>
  (random) =>
    bytesOf(`${random.pick(strings)}\0`);
/** A string of one of each of some pieces. */
export const made =
  (...pieces: (readonly string[])[]): One =>
  (random) =>
    bytesOf(`${pieces.map((piece) => random.pick(piece)).join('')}\0`);

/** So many bytes, many of them all ones or zeros. */
export const bytes =
  (size: number): One =>
  (random) =>
    Uint8Array.from({ length: size }, () => random.pick([0, 0xff, random.below(256)]));
/** So many bytes to be written to. */
export const room =
  (size: number): One =>
  () =>
    new Uint8Array(size).fill(0x5a);

/** A number below a limit. */
export const below =
  (limit: number, from = 0): One =>
  (random) =>
    from + random.below(limit - from);
/** One of some numbers. */
export const among =
  (...values: (number | bigint)[]): One =>
  (random) =>
    random.pick(values);
/** Numbers of 32 bits, those at the borders often. */
export const u32: One = (random) =>
  random.pick([0, 1, 0x7fffffff, 0x80000000, 0xffffffff, random.u32(), random.below(100000)]);
/** Numbers of 64 bits, those at the borders often. */
export const u64: One = (random) =>
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
/** A pointer to a pointer to a string. */
export const pointerTo =
  (string: One): One =>
  (random): PointerTo => ({ strings: [string(random) as Uint8Array] });
/** A table of pointers to strings. */
export const strings =
  (count: number, string: One): One =>
  (random): PointerTo => ({ strings: Array.from({ length: count }, () => string(random) as Uint8Array) });

/** The arguments of a call. */
export const call =
  (...args: One[]): Generate =>
  (random) =>
    args.map((arg) => arg(random));

/** Text of few letters. */
export const WORDS = text('aAbB ,');
