import { among, below, bytes, call, type Generate, made, room, u32, u64 } from './arguments.ts';

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
  _find_last_bit: call(MAP, BITS),
  __find_nth_bit: call(MAP, BITS, below(100)),
  _find_first_and_bit: call(MAP, MAP, BITS),
  _find_next_and_bit: call(MAP, MAP, BITS, below(210)),
  _find_next_andnot_bit: call(MAP, MAP, BITS, below(210)),
  __bitmap_complement: call(room(40), MAP, BITS),
  __bitmap_shift_left: call(room(40), MAP, below(64), among(200, 256, 65, 64)),
  __bitmap_shift_right: call(room(40), MAP, below(64), among(200, 256, 65, 64)),
  __bitmap_replace: call(room(40), MAP, MAP, MAP, BITS),
  bitmap_find_next_zero_area_off: call(MAP, BITS, below(100), below(20, 1), among(0, 1, 3, 7), below(4)),
  bitmap_parselist: call(
    made(
      ['', '0', '3', '1-4', '0-N', 'all', 'N', '7-2', ' 5', '2-30:2/5', '70', 'x'],
      [',', ', ', '\n'],
      ['', '9', '60-63', '64', '128'],
    ),
    room(40),
    among(64, 100, 8, 200),
  ),
};
