import { among, below, bytes, call, type Generate, u32, u64 } from './arguments.ts';

const BITS = below(200);
const MAP = bytes(40);

/** Arguments for modelled functions: bitmaps and bits. */
export const BITMAPS: Readonly<Record<string, Generate>> = {
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
  __sw_hweight32: call(u32),
  __sw_hweight64: call(u64),
};
