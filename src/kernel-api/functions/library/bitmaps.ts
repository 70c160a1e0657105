import { EINVAL, ERANGE } from '../../../abi/negative-errno.ts';
import type { Address } from '../../../memory/address.ts';
import type { AddressSpace } from '../../../memory/address-space.ts';
import { type GuestCall, type KernelFunction, rowsOf } from '../../kernel-function.ts';

const WORD = 64;

/** The first `size` bits of a bitmap as one number. */
function load(memory: AddressSpace, bitmap: Address, size: number): bigint {
  let bits = 0n;
  for (let at = 0; at < size; at += WORD) bits |= memory.readU64(bitmap + at / 8) << BigInt(at);
  return BigInt.asUintN(size, bits);
}

/** Writes whole words: what stands behind `size` in the last one is zero. */
function save(memory: AddressSpace, bitmap: Address, size: number, bits: bigint): void {
  for (let at = 0; at < size; at += WORD)
    memory.writeU64(bitmap + at / 8, BigInt.asUintN(WORD, BigInt.asUintN(size, bits) >> BigInt(at)));
}

/** The bits of the words that a bitmap stands in: some functions change those behind its last one too. */
const inWords = (size: number): number => Math.ceil(size / WORD) * WORD;

/** The index of the lowest set bit; -1 for none. */
function lowest(bits: bigint): number {
  return bits === 0n ? -1 : (bits & -bits).toString(2).length - 1;
}

const orSize = (index: number, size: number): number => (index < 0 ? size : index);

/** The lowest bit from `offset` on that two bitmaps make, or the size. */
const findAnd =
  (negated: boolean, hasOffset = true): KernelFunction =>
  (call) => {
    const [size, offset] = [call.size(2), hasOffset ? call.size(3) : 0];
    const second = load(call.memory, call.pointer(1), size);
    const both = load(call.memory, call.pointer(0), size) & (negated ? ~second : second);
    const found = lowest((both >> BigInt(offset)) << BigInt(offset));
    return orSize(found, size);
  };

function findLast(call: GuestCall): number {
  const bits = load(call.memory, call.pointer(0), call.size(1));
  return bits === 0n ? call.size(1) : bits.toString(2).length - 1;
}

/** `__find_nth_bit(addr, size, n)`: the n-th set bit from 0 on. */
function findNth(call: GuestCall): number {
  let bits = load(call.memory, call.pointer(0), call.size(1));
  for (let count = call.size(2); count > 0 && bits !== 0n; count--) bits &= bits - 1n;
  return orSize(lowest(bits), call.size(1));
}

/** `__bitmap_shift_left(dst, src, shift, nbits)` and the other way. */
const shift =
  (left: boolean): KernelFunction =>
  (call) => {
    const [target, source, count, size] = [call.pointer(0), call.pointer(1), call.unsigned(2), call.unsigned(3)];
    const all = inWords(size);
    if (left) save(call.memory, target, all, load(call.memory, source, all) << BigInt(count));
    else save(call.memory, target, size, load(call.memory, source, size) >> BigInt(count));
  };

/** `bitmap_find_next_zero_area_off(map, size, start, nr, align_mask, align_offset)`: too far when there is none. */
function findArea(call: GuestCall): number {
  const [map, size, start, count] = [call.pointer(0), call.size(1), call.size(2), call.unsigned(3)];
  const [mask, offset] = [call.size(4), call.size(5)];
  const bits = load(call.memory, map, size);
  const wanted = (1n << BigInt(count)) - 1n;
  for (let at = start; ; ) {
    const zero = Math.min(size, lowest(~bits >> BigInt(at)) + at);
    const place = Math.ceil((zero + offset) / (mask + 1)) * (mask + 1) - offset;
    const taken = (bits >> BigInt(place)) & wanted;
    if (place + count > size) return place + count;
    if (taken === 0n) return place;
    at = place + lowest(taken) + 1;
  }
}

const REGION = /^(all|N|\d+)(?:-(N|\d+))?(?::(\d+)\/(\d+))?$/;

/** The bits of one region of a list: `7`, `2-N`, `0-30:1/2`; or a negative error number. */
function regionBits(region: string, size: number): bigint | number {
  const [, first, last, used, group] = REGION.exec(region) ?? [];
  if (first === undefined || (first === 'all' && last !== undefined)) return EINVAL;
  const place = (word: string): number => (word === 'N' ? size - 1 : Number(word));
  const start = first === 'all' ? 0 : place(first);
  const end = first === 'all' ? size - 1 : last === undefined ? start : place(last);
  const [taken, step] = used === undefined ? [end + 1, end + 1] : [Number(used), Number(group)];
  if (start > end || step === 0 || taken > step) return EINVAL;
  if (end >= size) return ERANGE;
  let bits = 0n;
  for (let at = start; at <= end; at += step)
    bits |= ((1n << BigInt(Math.min(taken, end - at + 1))) - 1n) << BigInt(at);
  return bits;
}

/** `bitmap_parselist(buf, maskp, nmaskbits)`: the end of a line behind a region without a pattern ends the list. */
function parseList(call: GuestCall): number {
  const size = call.int(2);
  let bits = 0n;
  save(call.memory, call.pointer(1), size, bits);
  for (const region of call
    .string(0)
    .replace(/((?:^|[\s,])[^\s,/]+)\n.*/s, '$1')
    .split(/[\s,]+/)) {
    const found = region === '' ? 0n : regionBits(region, size);
    if (typeof found === 'number') return found;
    bits |= found;
    save(call.memory, call.pointer(1), size, bits);
  }
  return 0;
}

function replace(call: GuestCall): void {
  const size = inWords(call.unsigned(4));
  const [old, fresh, mask] = [1, 2, 3].map((index) => load(call.memory, call.pointer(index), size)) as [
    bigint,
    bigint,
    bigint,
  ];
  save(call.memory, call.pointer(0), size, (old & ~mask) | (fresh & mask));
}

const TWO = 'const unsigned long *addr1, const unsigned long *addr2, unsigned long size';

/** Bitmaps as wholes: lib/bitmap.c, lib/find_bit.c. */
export const bitmapFunctions = () => [
  ...rowsOf('lib/find_bit.c', [
    ['unsigned long _find_last_bit(const unsigned long *addr, unsigned long size)', findLast],
    ['unsigned long __find_nth_bit(const unsigned long *addr, unsigned long size, unsigned long n)', findNth],
    [`unsigned long _find_first_and_bit(${TWO})`, findAnd(false, false)],
    [`unsigned long _find_next_and_bit(${TWO}, unsigned long start)`, findAnd(false)],
    [`unsigned long _find_next_andnot_bit(${TWO}, unsigned long start)`, findAnd(true)],
  ]),
  ...rowsOf('lib/bitmap.c', [
    [
      'void __bitmap_complement(unsigned long *dst, const unsigned long *src, unsigned int bits)',
      (call) => {
        const size = inWords(call.unsigned(2));
        save(call.memory, call.pointer(0), size, ~load(call.memory, call.pointer(1), size));
      },
    ],
    [
      'void __bitmap_shift_left(unsigned long *dst, const unsigned long *src, unsigned int shift, unsigned int nbits)',
      shift(true),
    ],
    [
      'void __bitmap_shift_right(unsigned long *dst, const unsigned long *src, unsigned shift, unsigned nbits)',
      shift(false),
    ],
    [
      'void __bitmap_replace(unsigned long *dst, const unsigned long *old, const unsigned long *new, const unsigned long *mask, unsigned int nbits)',
      replace,
    ],
    [
      'unsigned long bitmap_find_next_zero_area_off(unsigned long *map, unsigned long size, unsigned long start, unsigned int nr, unsigned long align_mask, unsigned long align_offset)',
      findArea,
    ],
    ['int bitmap_parselist(const char *buf, unsigned long *maskp, int nmaskbits)', parseList],
  ]),
];
