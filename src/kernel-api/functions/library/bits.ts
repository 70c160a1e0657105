import { kfree, kzalloc } from '../../../kernel/memory/heap.ts';
import { CPU_MASK_SIZE } from '../../core/kernel-data/percpu.ts';
import { type GuestCall, olderRowsOf, rowsOf } from '../../kernel-function.ts';

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

/** `bitmap_weight`. */
function weight(call: GuestCall): number {
  const [base, size] = [call.pointer(0), call.unsigned(1)];
  let count = 0;
  for (let bit = 0; bit < size; bit++) count += (call.memory.readU8(base + (bit >>> 3)) >> (bit & 7)) & 1;
  return count;
}

/** `bitmap_set`, `bitmap_clear`: `length` bits from `start` on. */
const setBits =
  (value: boolean) =>
  (call: GuestCall): void => {
    const [base, start, length] = [call.pointer(0), call.unsigned(1), call.int(2)];
    for (let bit = start; bit < start + length; bit++) {
      const place = base + (bit >>> 3);
      const mask = 1 << (bit & 7);
      const byte = call.memory.readU8(place);
      call.memory.writeU8(place, value ? byte | mask : byte & ~mask);
    }
  };

/**
 * A function of two bitmaps, word by word, into a third: its value says whether a bit is set in the result. `masked`: the
 * bits behind the last one are cleared.
 */
const combine =
  (operation: (left: bigint, right: bigint) => bigint, masked = false) =>
  (call: GuestCall): boolean => {
    const { memory } = call;
    const [target, left, right, size] = [call.pointer(0), call.pointer(1), call.pointer(2), call.unsigned(3)];
    let any = false;
    for (let bit = 0; bit < size; bit += 64) {
      const value = operation(memory.readU64(left + bit / 8), memory.readU64(right + bit / 8));
      const kept = size - bit >= 64 ? value : BigInt.asUintN(size - bit, value);
      memory.writeU64(target + bit / 8, BigInt.asUintN(64, masked ? kept : value));
      any ||= kept !== 0n;
    }
    return any;
  };

/** Whether a property of the words of two bitmaps holds for all their `nbits` bits. */
const compare =
  (holds: (left: bigint, right: bigint) => boolean) =>
  (call: GuestCall): boolean => {
    const [left, right, size] = [call.pointer(0), call.pointer(1), call.unsigned(2)];
    for (let bit = 0; bit < size; bit += 64) {
      const word = (base: number): bigint =>
        BigInt.asUintN(Math.min(64, size - bit), call.memory.readU64(base + bit / 8));
      if (!holds(word(left), word(right))) return false;
    }
    return true;
  };

/** The functions that look for a bit; their names begin with an underscore from 5.18 on. */
function findRows(prefix: string): Parameters<typeof rowsOf>[1][number][] {
  const bitmap = 'const unsigned long *addr, unsigned long size';
  return [
    [`unsigned long ${prefix}find_first_bit(${bitmap})`, findBit(1, undefined)],
    [`unsigned long ${prefix}find_first_zero_bit(${bitmap})`, findBit(0, undefined)],
    [`unsigned long ${prefix}find_next_bit(${bitmap}, unsigned long offset)`, findBit(1, 2)],
    [`unsigned long ${prefix}find_next_zero_bit(${bitmap}, unsigned long offset)`, findBit(0, 2)],
  ];
}

/** `nr_cpu_ids`: the machine has one processor. */
const CPUS = 1;

/** `cpumask_next`, a function before 6.1: the next processor of a mask behind `n`, or `nr_cpu_ids`. */
function nextCpu(call: GuestCall): number {
  const next = call.int(0) + 1;
  return next < CPUS && call.memory.readU8(call.pointer(1)) & 1 ? next : CPUS;
}

/** Bitmaps. */
export const bitFunctions = () => [
  ...rowsOf('lib/find_bit.c', findRows('_')),
  ...olderRowsOf('5.18', 'lib/find_bit.c', findRows('')),
  ...olderRowsOf('6.1', 'lib/cpumask.c', [['unsigned int cpumask_next(int n, const struct cpumask *srcp)', nextCpu]]),
  ...rowsOf('lib/cpumask.c', [
    [
      'bool alloc_cpumask_var_node(cpumask_var_t *mask, gfp_t flags, int node)',
      (call) => {
        call.memory.writePointer(call.pointer(0), kzalloc(call.kernel, CPU_MASK_SIZE));
        return 1;
      },
    ],
    ['void free_cpumask_var(cpumask_var_t mask)', (call) => kfree(call.kernel, call.pointer(0))],
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
    ['int __bitmap_weight(const unsigned long *bitmap, unsigned int bits)', weight],
    ['void __bitmap_set(unsigned long *map, unsigned int start, int len)', setBits(true)],
    ['void __bitmap_clear(unsigned long *map, unsigned int start, int len)', setBits(false)],
    [
      'int __bitmap_and(unsigned long *dst, const unsigned long *bitmap1, const unsigned long *bitmap2, unsigned int bits)',
      combine((left, right) => left & right, true),
    ],
    [
      'void __bitmap_or(unsigned long *dst, const unsigned long *bitmap1, const unsigned long *bitmap2, unsigned int bits)',
      combine((left, right) => left | right),
    ],
    [
      'void __bitmap_xor(unsigned long *dst, const unsigned long *bitmap1, const unsigned long *bitmap2, unsigned int bits)',
      combine((left, right) => left ^ right),
    ],
    [
      'int __bitmap_andnot(unsigned long *dst, const unsigned long *bitmap1, const unsigned long *bitmap2, unsigned int bits)',
      combine((left, right) => left & ~right, true),
    ],
    [
      'bool __bitmap_equal(const unsigned long *bitmap1, const unsigned long *bitmap2, unsigned int bits)',
      compare((left, right) => left === right),
    ],
    [
      'bool __bitmap_subset(const unsigned long *bitmap1, const unsigned long *bitmap2, unsigned int bits)',
      compare((left, right) => (left & ~right) === 0n),
    ],
    [
      'bool __bitmap_intersects(const unsigned long *bitmap1, const unsigned long *bitmap2, unsigned int bits)',
      (call) => !compare((left, right) => (left & right) === 0n)(call),
    ],
    ['void bitmap_free(const unsigned long *bitmap)', (call) => kfree(call.kernel, call.pointer(0))],
  ]),
];
