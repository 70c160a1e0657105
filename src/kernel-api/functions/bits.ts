import { kfree, kzalloc } from '../../kernel/heap.ts';
import { type GuestCall, rowsOf } from '../kernel-function.ts';

/** `find_next_bit` and its like over words in memory: the first index that is wanted, or the size. */
const findBit =
  (wanted: 0 | 1, offsetIndex: number | undefined) =>
  (call: GuestCall): number => {
    const [base, size] = [call.pointer(0), call.size(1)];
    for (let bit = offsetIndex === undefined ? 0 : call.size(offsetIndex); bit < size; bit++) {
      if (((call.memory.readU8(base + Math.floor(bit / 8)) >> (bit & 7)) & 1) === wanted) return bit;
    }
    return size;
  };

/** Bitmaps. */
export const bitFunctions = () => [
  ...rowsOf('lib/find_bit.c', [
    ['unsigned long _find_first_bit(const unsigned long *addr, unsigned long size)', findBit(1, undefined)],
    ['unsigned long _find_first_zero_bit(const unsigned long *addr, unsigned long size)', findBit(0, undefined)],
    [
      'unsigned long _find_next_bit(const unsigned long *addr, unsigned long nbits, unsigned long start)',
      findBit(1, 2),
    ],
    [
      'unsigned long _find_next_zero_bit(const unsigned long *addr, unsigned long nbits, unsigned long start)',
      findBit(0, 2),
    ],
  ]),
  ...rowsOf('lib/bitmap.c', [
    [
      'unsigned long *bitmap_zalloc(unsigned int nbits, gfp_t flags)',
      (call) => kzalloc(call.kernel, Math.ceil(call.unsigned(0) / 64) * 8),
    ],
    [
      'unsigned long *bitmap_alloc(unsigned int nbits, gfp_t flags)',
      (call) => kzalloc(call.kernel, Math.ceil(call.unsigned(0) / 64) * 8),
    ],
    ['void bitmap_free(const unsigned long *bitmap)', (call) => kfree(call.kernel, call.pointer(0))],
  ]),
];
