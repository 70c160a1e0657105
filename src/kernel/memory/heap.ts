import { type Address, PAGE_SIZE } from '../../memory/address.ts';
import type { AddressSpace } from '../../memory/address-space.ts';
import { READ_WRITE } from '../../memory/mapping.ts';

/** `kmalloc_info[]`, mm/slab_common.c: the sizes that small allocations are rounded up to. */
export const SIZE_CLASSES = [8, 16, 32, 64, 96, 128, 192, 256, 512, 1024, 2048, 4096, 8192] as const;
/** Names of mappings that are one object. */
const WHOLE_PAGES = new Set(['pages', 'kmalloc-large']);
/** A place in the direct map (`page_offset_base`, x86-64), far from where a real kernel keeps itself. */
const HEAP_BASE: Address = -0x777fc0000000;

/** `struct track`, mm/slub.c: who did it, and when in jiffies. */
export interface Track {
  readonly caller: Address;
  readonly pid: number;
  readonly when: number;
}

/** An object that module code asked for: it stands between red zones, and is poisoned when it is given back. */
export interface GuardedObject {
  /** Name of its cache, `kmalloc-64`. */
  readonly cache: string;
  /** `s->object_size`: what `ksize` gives. */
  readonly objectSize: number;
  /** The bytes that were asked for. */
  size: number;
  /** Its cache has a constructor: what it left must survive `kmem_cache_free`. */
  readonly constructed: boolean;
  readonly allocated: Track;
  freed?: Track;
  live: boolean;
  /** The kernel's own code gave it back: what it left there is not looked at. */
  unwatched?: boolean;
}

/** The kernel heap: which objects are handed out and which are free. Its bytes stand in the address space. */
export interface Heap {
  /** Where the next slab or large object goes. */
  next: Address;
  /** Object size by address, for all that is handed out. */
  readonly sizes: Map<Address, number>;
  /** Free objects by size class, the last freed one first out. */
  readonly free: Map<number, Address[]>;
  /** Objects that module code asked for, by address, and the free ones among them by size class. */
  guarded?: Map<Address, GuardedObject>;
  guardedFree?: Map<number, Address[]>;
}

/** An empty heap. */
export function createHeap(): Heap {
  return { next: HEAP_BASE, sizes: new Map(), free: new Map() };
}

/** What of a kernel the heap needs. */
interface HeapOwner {
  readonly memory: AddressSpace;
  readonly heap: Heap;
}

/**
 * `kzalloc`: `size` zeroed bytes; the same calls give the same addresses on every run. A size of 0 takes the smallest object.
 * Source: mm/slab_common.c, `kmalloc_slab`.
 */
export function kzalloc(kernel: HeapOwner, size: number): Address {
  const objectSize = SIZE_CLASSES.find((entry) => size <= entry);
  if (objectSize === undefined) return allocateLarge(kernel, size);
  const free = freeObjects(kernel.heap, objectSize);
  if (free.length === 0) addSlab(kernel, objectSize, free);
  const address = free.pop()!;
  kernel.heap.sizes.set(address, objectSize);
  kernel.memory.view(address, objectSize, 'write').fill(0);
  return address;
}

/** Pages of the direct map: `size` zeroed bytes, whole pages. They go back by {@link kfree}. */
export function allocatePages(kernel: HeapOwner, size: number): Address {
  const address = addMapping(kernel, size, 'pages');
  kernel.heap.sizes.set(address, size);
  return address;
}

/** `kfree`. An address that was not handed out is ignored. */
export function kfree(kernel: HeapOwner, address: Address): void {
  const size = kernel.heap.sizes.get(address);
  if (size === undefined) return;
  kernel.heap.sizes.delete(address);
  const guarded = kernel.heap.guarded?.get(address);
  if (guarded) forget(kernel, address, guarded);
  else if (WHOLE_PAGES.has(kernel.memory.find(address)!.name)) kernel.memory.unmap(address);
  else freeObjects(kernel.heap, size).push(address);
}

/** `ksize`: the bytes that really belong to an object; undefined when it was not handed out. */
export function ksize(kernel: HeapOwner, address: Address): number | undefined {
  return kernel.heap.sizes.get(address);
}

function forget({ memory, heap }: HeapOwner, address: Address, object: GuardedObject): void {
  const free = heap.guardedFree?.get(object.objectSize);
  if (free) free.push(address);
  else memory.unmap(address);
  if (free) Object.assign(object, { live: false, unwatched: true });
  else heap.guarded!.delete(address);
}

function freeObjects(heap: Heap, size: number): Address[] {
  const free = heap.free.get(size) ?? [];
  heap.free.set(size, free);
  return free;
}

function allocateLarge(kernel: HeapOwner, size: number): Address {
  const address = addMapping(kernel, size, 'kmalloc-large');
  kernel.heap.sizes.set(address, size);
  return address;
}

function addSlab(kernel: HeapOwner, objectSize: number, free: Address[]): void {
  const base = addMapping(kernel, objectSize, `kmalloc-${objectSize}`);
  const bytes = kernel.memory.find(base)!.bytes.length;
  for (let index = Math.floor(bytes / objectSize) - 1; index >= 0; index--) free.push(base + index * objectSize);
}

/** Maps whole zeroed pages; the page behind them stays empty, so that running over them faults. */
export function addMapping(kernel: HeapOwner, size: number, name: string): Address {
  const bytes = new Uint8Array(Math.ceil(size / PAGE_SIZE) * PAGE_SIZE);
  const base = kernel.heap.next;
  kernel.memory.map(base, bytes, READ_WRITE, name);
  kernel.heap.next = base + bytes.length + PAGE_SIZE;
  return base;
}
