/** Numbers that follow from a seed alone: each call gives one below `limit`. */
export type RandomNumbers = (limit: number) => number;

/** mulberry32: the same numbers for the same seed on any machine. */
export function randomNumbers(seed: number): RandomNumbers {
  let state = seed >>> 0;
  return (limit) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit);
  };
}

type Change = (bytes: Buffer, random: RandomNumbers) => Buffer;

/** Values at which comparisons go wrong. */
const BOUNDARIES = [0, 1, 2, 7, 8, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff];
const LONGEST = 1 << 16;

const CHANGES: readonly Change[] = [
  function flipBits(bytes, random) {
    for (let left = 1 + random(4); left > 0; left--) bytes[random(bytes.length)]! ^= 1 << random(8);
    return bytes;
  },
  function setNumber(bytes, random) {
    const width = [1, 2, 4, 8][random(4)]!;
    const at = Math.floor(random(bytes.length) / width) * width;
    const value = BOUNDARIES[random(BOUNDARIES.length)]!;
    const big = random(2) === 1;
    for (let i = 0; i < width && at + i < bytes.length; i++) {
      const place = big ? width - 1 - i : i;
      bytes[at + i] = place < 4 ? value >>> (8 * place) : value === 0xffffffff ? 0xff : 0;
    }
    return bytes;
  },
  function cut(bytes, random) {
    return bytes.subarray(0, random(bytes.length));
  },
  function fill(bytes, random) {
    const at = random(bytes.length);
    return bytes.fill([0, 0xff, 0x20, 0x0a][random(4)]!, at, Math.min(bytes.length, at + 1 + random(64)));
  },
  function repeat(bytes, random) {
    const at = random(bytes.length);
    const part = bytes.subarray(at, at + 1 + random(200));
    return Buffer.concat([bytes.subarray(0, at), part, part, bytes.subarray(at)]).subarray(0, LONGEST);
  },
  function leaveOut(bytes, random) {
    const at = random(bytes.length);
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + random(64))]);
  },
  function move(bytes, random) {
    bytes.copyWithin(random(bytes.length), random(bytes.length), random(bytes.length) + 64);
    return bytes;
  },
];

/** Some changes of a file, all of them by the numbers. */
export function mutate(seed: Uint8Array, random: RandomNumbers): Uint8Array {
  let bytes: Buffer = Buffer.from(seed);
  for (let left = 1 + random(3); left > 0 && bytes.length > 0; left--)
    bytes = Buffer.from(CHANGES[random(CHANGES.length)]!(bytes, random));
  return new Uint8Array(bytes);
}
