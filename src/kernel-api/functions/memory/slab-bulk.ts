import { type GuestCall, rowsOf } from '../../kernel-function.ts';
import { allocateFrom, release } from './slab.ts';

/** The places of an array of pointers. */
const placesOf = (call: GuestCall, count: number, array: number): number[] =>
  Array.from({ length: count }, (_, index) => call.pointer(array) + index * 8);

/** Many objects of a cache at once: mm/slub.c. */
export const slabBulkFunctions = () =>
  rowsOf('mm/slub.c', [
    [
      'int kmem_cache_alloc_bulk(struct kmem_cache *s, gfp_t flags, size_t size, void **p)',
      (call) => {
        for (const place of placesOf(call, call.size(2), 3)) call.memory.writePointer(place, allocateFrom(call));
        return call.size(2);
      },
    ],
    [
      'void kmem_cache_free_bulk(struct kmem_cache *s, size_t size, void **p)',
      (call) => {
        for (const place of placesOf(call, call.size(1), 2)) release(call, call.memory.readPointer(place));
      },
    ],
  ]);
