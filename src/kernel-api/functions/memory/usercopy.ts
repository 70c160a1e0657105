import { KERN, printk } from '../../../kernel/log/printk.ts';
import { guardedObjects, objectsIn } from '../../../kernel/memory/guarded-heap.ts';
import type { Address } from '../../../memory/address.ts';
import { kernelBug } from '../../core/faults/oops.ts';
import { ZERO_SIZE_PTR } from '../../core/slub/cache-layout.ts';
import type { GuestCall } from '../../kernel-function.ts';
import { userRegion } from './slab.ts';

/** Behind every area of vmalloc: `va_end` counts it. */
const GUARD_PAGE = 4096;

/** `usercopy_abort`, mm/usercopy.c. */
function abort(call: GuestCall, what: string, offset: number): never {
  const [size, toUser] = [call.long(1), (call.unsigned(2) & 0xff) !== 0];
  const way = toUser ? 'exposure attempt detected from' : 'overwrite attempt detected to';
  const words = `usercopy: Kernel memory ${way} ${what} (offset ${offset}, size ${size})!`;
  printk(call.kernel, KERN.EMERG, words);
  kernelBug(call.session, 'mm/usercopy.c:101', 'usercopy_abort+0x75/0x77');
}

/** `__check_heap_object`, mm/slub.c: what of an object programs may see. */
function checkObject(call: GuestCall, object: Address, offset: number, size: number): void {
  const { cache, objectSize } = guardedObjects(call.kernel.heap).get(object)!;
  const region = userRegion(call.kernel, cache) ?? { offset: 0, size: objectSize };
  if (offset < region.offset || offset + size > region.offset + region.size)
    abort(call, `SLUB object '${cache}'`, offset);
}

/** `__check_object_size`: before a copy between a program and the kernel's memory. May raise TaskKilled. */
export function checkObjectSize(call: GuestCall): void {
  const [place, size] = [call.pointer(0), call.size(1)];
  if (size === 0) return;
  if (place === 0 || place === ZERO_SIZE_PTR) abort(call, 'null address', place);
  const mapping = call.memory.find(place);
  if (mapping?.name === 'vmalloc' && place + size > mapping.base + mapping.size + GUARD_PAGE)
    abort(call, 'vmalloc', place - mapping.base);
  if (!mapping) return;
  const { heap } = call.kernel;
  const object = objectsIn(heap, mapping).find(
    (each) => place >= each && place < each + guardedObjects(heap).get(each)!.objectSize,
  );
  if (object !== undefined) checkObject(call, object, place - object, size);
}
