import { type Address, PAGE_SIZE } from '../../memory/address.ts';
import type { AddressSpace } from '../../memory/address-space.ts';
import type { Mapping } from '../../memory/mapping.ts';
import { addMapping, type GuardedObject, type Heap, SIZE_CLASSES, type Track } from './heap.ts';

/** Beginning of the name of a slab's mapping; the size class follows. */
export const SLAB = 'slab-';
/** Marks of memory that is nobody's: include/linux/poison.h. */
export const SLUB_RED_INACTIVE = 0xbb;
export const SLUB_RED_ACTIVE = 0xcc;
export const POISON_FREE = 0x6b;
export const POISON_END = 0xa5;
/** Red bytes before an object at most, and behind the last byte that its size class has. */
const LEFT_RED = 16;
const RIGHT_RED = 48;

/** Where the red zones of an object lie, and its slab. */
export interface ObjectPlace {
  readonly slab: Address;
  /** Objects of the slab. */
  readonly count: number;
  readonly left: number;
  readonly right: number;
}

/** What of a kernel the heap needs. */
interface HeapOwner {
  readonly memory: AddressSpace;
  readonly heap: Heap;
}

/** How the slabs of one size class are cut: objects keep the alignment of their size. Bytes. */
interface SlabShape {
  readonly bytes: number;
  readonly first: number;
  readonly stride: number;
  readonly count: number;
}

function shapeOf(objectSize: number): SlabShape {
  const power = 2 ** Math.ceil(Math.log2(objectSize));
  const stride = power === objectSize ? 2 * power : power;
  const first = power === objectSize ? power : objectSize / 3;
  const bytes = objectSize <= 256 ? PAGE_SIZE : Math.max(4, (8 * objectSize) / PAGE_SIZE) * PAGE_SIZE;
  return { bytes, first, stride, count: Math.floor((bytes - first) / stride) };
}

/** All guarded objects by address, the free ones too. */
export function guardedObjects(heap: Heap): Map<Address, GuardedObject> {
  heap.guarded ??= new Map();
  return heap.guarded;
}

function isLarge(objectSize: number): boolean {
  return objectSize > SIZE_CLASSES.at(-1)!;
}

/** `s->object_size` of the cache that `kmalloc(size)` takes; beyond the caches whole pages of a power of two. */
export function objectSizeOf(size: number): number {
  return SIZE_CLASSES.find((entry) => size <= entry) ?? PAGE_SIZE * 2 ** Math.ceil(Math.log2(size / PAGE_SIZE));
}

/** Where an object's guards are. Requires an address of {@link guardedObjects}, mapped. */
export function placeOf({ memory }: HeapOwner, address: Address, { objectSize, size }: GuardedObject): ObjectPlace {
  const slab = memory.find(address)!.base;
  if (isLarge(objectSize)) return { slab, count: 1, left: 0, right: Math.min(objectSize - size, RIGHT_RED) };
  const { stride, count } = shapeOf(objectSize);
  const gap = stride - objectSize;
  const left = Math.min(LEFT_RED, gap / 2);
  return { slab, count, left, right: objectSize - size + Math.min(RIGHT_RED, gap - left) };
}

/** The guarded objects, also the free ones, that lie in a mapping. */
export function objectsIn(heap: Heap, { name, base }: Mapping): Address[] {
  const objects = guardedObjects(heap);
  if (!name.startsWith(SLAB)) return objects.has(base) ? [base] : [];
  const { first, stride, count } = shapeOf(Number(name.slice(SLAB.length)));
  const all = Array.from({ length: count }, (_, index) => base + first + index * stride);
  return all.filter((address) => objects.has(address));
}

/** The free object that the next allocation of a size class takes, if there is one. */
export function nextGuarded(heap: Heap, objectSize: number): Address | undefined {
  return freeList(heap, objectSize).at(-1);
}

/** Never hands out the free objects of a slab again ("Marking all objects used"). */
export function abandonSlab(owner: HeapOwner, address: Address, objectSize: number): void {
  const slab = owner.memory.find(address)?.base;
  const list = freeList(owner.heap, objectSize);
  const kept = list.filter((each) => owner.memory.find(each)?.base !== slab);
  for (const each of list) if (!kept.includes(each)) guardedObjects(owner.heap).delete(each);
  list.splice(0, list.length, ...kept);
}

/** Takes an object: zeroed, between red zones. The same calls give the same addresses on every run. */
export function takeGuarded(
  owner: HeapOwner,
  size: number,
  { cache, constructed, allocated }: Pick<GuardedObject, 'cache' | 'constructed' | 'allocated'>,
): Address {
  const objectSize = objectSizeOf(size);
  const address = isLarge(objectSize) ? addMapping(owner, objectSize, 'kmalloc-large') : takeFree(owner, objectSize);
  const freed = guardedObjects(owner.heap).get(address)?.freed;
  const object = { cache, objectSize, size, constructed, allocated, ...(freed && { freed }), live: true };
  guardedObjects(owner.heap).set(address, object);
  owner.heap.sizes.set(address, objectSize);
  owner.memory.view(address, size, 'write').fill(0);
  paintRed(owner, address, SLUB_RED_ACTIVE);
  return address;
}

/** Gives a live object back and poisons it. */
export function releaseGuarded(owner: HeapOwner, address: Address, freed: Track): void {
  const object = guardedObjects(owner.heap).get(address)!;
  const { objectSize, size, constructed } = object;
  owner.heap.sizes.delete(address);
  if (isLarge(objectSize)) {
    guardedObjects(owner.heap).delete(address);
    owner.memory.unmap(address);
    return;
  }
  Object.assign(object, { live: false, freed });
  paintRed(owner, address, SLUB_RED_INACTIVE);
  if (!constructed && size > 0) {
    const bytes = owner.memory.view(address, size, 'write').fill(POISON_FREE);
    bytes[size - 1] = POISON_END;
  }
  freeList(owner.heap, objectSize).push(address);
}

/** Moves the end of a live object within its size class: `krealloc` in place, `ksize`. */
export function resizeGuarded(owner: HeapOwner, address: Address, size: number): void {
  const object = guardedObjects(owner.heap).get(address)!;
  const before = object.size;
  object.size = size;
  if (size > before) owner.memory.view(address + before, size - before, 'write').fill(0);
  paintRed(owner, address, SLUB_RED_ACTIVE);
}

function paintRed(owner: HeapOwner, address: Address, value: number): void {
  const object = guardedObjects(owner.heap).get(address)!;
  const { left, right } = placeOf(owner, address, object);
  if (left > 0) owner.memory.view(address - left, left, 'write').fill(value);
  if (right > 0) owner.memory.view(address + object.size, right, 'write').fill(value);
}

function takeFree(owner: HeapOwner, objectSize: number): Address {
  const free = freeList(owner.heap, objectSize);
  if (free.length === 0) {
    const { bytes, first, stride, count } = shapeOf(objectSize);
    const base = addMapping(owner, bytes, SLAB + objectSize);
    for (let index = count - 1; index >= 0; index--) free.push(base + first + index * stride);
  }
  return free.pop()!;
}

function freeList(heap: Heap, objectSize: number): Address[] {
  heap.guardedFree ??= new Map();
  const list = heap.guardedFree.get(objectSize) ?? [];
  heap.guardedFree.set(objectSize, list);
  return list;
}
