import { KERN, printkOnce } from '../../../kernel/log/printk.ts';
import {
  guardedObjects,
  objectSizeOf,
  objectsIn,
  releaseGuarded,
  resizeGuarded,
  SLAB,
  takeGuarded,
} from '../../../kernel/memory/guarded-heap.ts';
import { kfree, ksize, kzalloc, type Track } from '../../../kernel/memory/heap.ts';
import { type Address, PAGE_SIZE } from '../../../memory/address.ts';
import { GuestFault } from '../../../memory/guest-fault.ts';
import type { Mapping } from '../../../memory/mapping.ts';
import type { GuestCall } from '../../kernel-function.ts';
import { listArguments } from '../../vsprintf/format-context.ts';
import { vsprintf } from '../../vsprintf/vsprintf.ts';
import { faultIn, kernelBug } from '../faults/oops.ts';
import { warnOnce } from '../faults/warn.ts';
import { formatContext } from '../format-session.ts';
import { MEMORY_SIZE, PAGE_OFFSET, VMEMMAP_BASE } from '../kernel-data/kernel-data.ts';
import { START_KERNEL_MAP, STRUCT_PAGE_SIZE } from '../kernel-data/page-frames.ts';
import { jiffies } from '../tasks/virtual-clock.ts';
import { checkNextFree, checkObject } from './slub-debug.ts';
import { pointer, reportObject, reportSlab, slabFix } from './slub-report.ts';

/** `offsetof(struct page, compound_head)`. */
const COMPOUND_HEAD = 8;

/** Which cache an object comes from, where that is not one of kmalloc's. */
export interface ObjectCache {
  readonly name: string;
  readonly constructed: boolean;
}

/** `slub_debug` on the kernel's command line; `slub_debug=-` is without guards. */
function slubDebug(call: GuestCall): string | undefined {
  return /(?:^|\s)slub_debug(?:=(\S*))?(?=\s|$)/.exec(call.kernel.commandLine)?.[0].trim();
}

/** The call of the module's code: `_RET_IP_`. */
function track(call: GuestCall): Track {
  const { session, memory, cpu } = call;
  const caller = memory.readPointer(Number(BigInt.asIntN(64, cpu.readRegister('rsp'))));
  return { caller, pid: session.current.pid, when: Number(jiffies(call.kernel)) };
}

/** `kmalloc-64`, `kmalloc-1k`: `kmalloc_info[]`, mm/slab_common.c. */
function kmallocName(size: number): string {
  const objectSize = objectSizeOf(size);
  if (objectSize > 2 * PAGE_SIZE) return 'kmalloc-large';
  return `kmalloc-${objectSize >= 1024 ? `${objectSize / 1024}k` : objectSize}`;
}

/** A zeroed object for module code, with guards around it. Damage to the free object that it takes is reported. */
export function slabAlloc(call: GuestCall, size: number, cache?: ObjectCache): Address {
  if (slubDebug(call) === 'slub_debug=-') return kzalloc(call.kernel, size);
  checkNextFree(call.session, size);
  const { name, constructed } = cache ?? { name: kmallocName(size), constructed: false };
  return takeGuarded(call.kernel, size, { cache: name, constructed, allocated: track(call) });
}

/** Gives an object of either kind back, or says what is wrong with the pointer. May raise TaskKilled. */
export function slabFree(call: GuestCall, address: Address): void {
  const { kernel, session } = call;
  const object = guardedObjects(kernel.heap).get(address);
  if (object?.live) {
    if (checkObject(session, address)) releaseGuarded(kernel, address, track(call));
    else notFreed(call, address, object.cache);
  } else if (object) freeTwice(call, address, object.cache);
  else if (ksize(kernel, address) !== undefined) freePlain(call, address);
  else freeNothing(call, address);
}

/** An object of the kernel's own, or pages that are no slab. */
function freePlain(call: GuestCall, address: Address): void {
  if (call.memory.find(address)?.name === 'pages' && ksize(call.kernel, address) === PAGE_SIZE)
    freeLargeKmalloc(call, address);
  kfree(call.kernel, address);
}

/** Changes the size of a live object within its size class. False: it has to move. */
export function slabResize(call: GuestCall, address: Address, size: number): boolean {
  const object = guardedObjects(call.kernel.heap).get(address);
  const room = ksize(call.kernel, address) ?? 0;
  if (size > room || size === 0) return false;
  if (!object?.live) return room > 0;
  if (checkObject(call.session, address)) resizeGuarded(call.kernel, address, size);
  return true;
}

function notFreed(call: GuestCall, address: Address, cache: string): void {
  slabFix(call.session, cache, `Object at ${pointer(address)} not freed`);
}

/** Without slub_debug `set_freepointer` notices only the object that is first in its slab's list. */
function freeTwice(call: GuestCall, address: Address, cache: string): void {
  const { heap } = call.kernel;
  const { objectSize } = guardedObjects(heap).get(address)!;
  const slab = call.memory.find(address)!.base;
  const free = heap.guardedFree!.get(objectSize)!.filter((each) => call.memory.find(each)?.base === slab);
  if (slubDebug(call) === undefined && free.at(-1) === address) bug(call);
  reportObject(call.session, address, 'Object already free');
  notFreed(call, address, cache);
}

function bug(call: GuestCall): never {
  kernelBug(call.session, 'mm/slub.c:419', '__kmem_cache_free+0x284/0x2a0');
}

/** `kfree` of what is no object's beginning. */
function freeNothing(call: GuestCall, address: Address): void {
  const mapping = call.memory.find(address);
  if (mapping?.name.startsWith(SLAB)) insideSlab(call, address, mapping);
  else if (mapping?.name.startsWith('kmalloc-')) bug(call);
  else if (address >= PAGE_OFFSET && address < PAGE_OFFSET + MEMORY_SIZE) freeLargeKmalloc(call, address);
  else throw noStructPage(call, address);
}

/** There is no `struct page` of an address outside the direct map. */
function noStructPage(call: GuestCall, address: Address): unknown {
  const physical = address >= START_KERNEL_MAP ? address - START_KERNEL_MAP : address - PAGE_OFFSET;
  const page = VMEMMAP_BASE + Math.floor(physical / PAGE_SIZE) * STRUCT_PAGE_SIZE;
  return faultIn(call.session, new GuestFault(page + COMPOUND_HEAD, 'read', false), 'kfree');
}

/** `free_consistency_checks`, mm/slub.c. */
function insideSlab(call: GuestCall, address: Address, slab: Mapping): void {
  const { heap } = call.kernel;
  const [neighbour] = objectsIn(heap, slab);
  if (neighbour === undefined) return;
  reportSlab(call.session, neighbour, `Invalid object pointer ${pointer(address)}`);
  notFreed(call, address, guardedObjects(heap).get(neighbour)!.cache);
}

/** `free_large_kmalloc`, mm/slab_common.c: pages that are no allocation of more than one page. */
function freeLargeKmalloc(call: GuestCall, address: Address): void {
  warnOnce(call.session, { place: 'mm/slab_common.c:904', where: 'free_large_kmalloc+0x3c/0x70' });
  const shown = vsprintf(formatContext(call.session), '0x%p', listArguments([BigInt(address)]));
  printkOnce(call.kernel, 'free_large_kmalloc', KERN.WARNING, `object pointer: ${shown}`);
}
