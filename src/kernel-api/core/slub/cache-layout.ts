import { PAGE_SIZE } from '../../../memory/address.ts';
/** include/linux/slab.h. */
export const SLAB_FLAG = { RED_ZONE: 0x400, POISON: 0x800, HWCACHE_ALIGN: 0x2000, TYPESAFE_BY_RCU: 0x80000 } as const;

const WORD = 8;
const CACHE_LINE = 64;
/** `slub_max_order`, and `4 * (fls(num_present_cpus()) + 1)` on a machine with one processor. */
const MAX_ORDER = 3;
const MIN_OBJECTS = 8;

/** `ZERO_SIZE_PTR`, include/linux/slab.h: what kmalloc gives for nothing. */
export const ZERO_SIZE_PTR = 16;

/** What is asked of a cache. */
export interface CacheRequest {
  readonly size: number;
  readonly align: number;
  readonly flags: number;
  readonly constructed: boolean;
}

/** How a cache's objects stand in memory. Sizes in bytes. */
export interface CacheLayout {
  /** `s->size`: from one object to the next. */
  readonly size: number;
  /** What `ksize` says of an object. */
  readonly usable: number;
  /** Objects of one slab: all are constructed when the slab is made. */
  readonly objects: number;
}

const alignUp = (value: number, align: number): number => Math.ceil(value / align) * align;

/** `calculate_alignment`, mm/slab_common.c. */
function alignment({ size, align, flags }: CacheRequest): number {
  let line = WORD;
  if (flags & SLAB_FLAG.HWCACHE_ALIGN) for (line = CACHE_LINE; size <= line / 2; line /= 2);
  return alignUp(Math.max(align, line, WORD), WORD);
}

/** `calculate_sizes` and `slab_ksize`, mm/slub.c. */
export function cacheLayout(request: CacheRequest): CacheLayout {
  const { size: objectSize, flags, constructed } = request;
  const align = alignment(request);
  const redZone = (flags & SLAB_FLAG.RED_ZONE) !== 0;
  let size = alignUp(objectSize, WORD);
  if (redZone && size === objectSize) size += WORD;
  if (flags & (SLAB_FLAG.TYPESAFE_BY_RCU | SLAB_FLAG.POISON) || constructed || (redZone && objectSize < WORD))
    size += WORD;
  if (redZone) size += WORD + alignUp(WORD, align);
  size = alignUp(size, align);
  const usable = flags & (SLAB_FLAG.RED_ZONE | SLAB_FLAG.POISON) ? objectSize : size;
  return { size, usable, objects: Math.max(1, Math.floor((PAGE_SIZE << slabOrder(size)) / size)) };
}

/** `calculate_order`: the smallest order that holds enough objects and wastes little. */
function slabOrder(size: number): number {
  const most = Math.min(MIN_OBJECTS, Math.floor((PAGE_SIZE << MAX_ORDER) / size));
  for (let count = most; count > 1; count--)
    for (const fraction of [16, 8, 4])
      for (let order = orderOf(count * size); order <= MAX_ORDER; order++)
        if ((PAGE_SIZE << order) % size <= (PAGE_SIZE << order) / fraction) return order;
  return orderOf(size);
}

/** `get_order`. */
function orderOf(size: number): number {
  return Math.max(0, Math.ceil(Math.log2(size / PAGE_SIZE)));
}
