import {
  abandonSlab,
  guardedObjects,
  nextGuarded,
  objectSizeOf,
  objectsIn,
  POISON_END,
  POISON_FREE,
  placeOf,
  SLUB_RED_ACTIVE,
  SLUB_RED_INACTIVE,
} from '../../../kernel/memory/guarded-heap.ts';
import type { GuardedObject } from '../../../kernel/memory/heap.ts';
import type { Address } from '../../../memory/address.ts';
import type { Session } from '../session.ts';
import { pointer, reportObject, slabFix } from './slub-report.ts';

/** A stretch of bytes that must all have one value. */
interface Expected {
  readonly what: string;
  readonly start: Address;
  readonly length: number;
  readonly value: number;
}

function expectations(session: Session, address: Address, object: GuardedObject): Expected[] {
  const { left, right } = placeOf(session.kernel, address, object);
  const { size, live, constructed } = object;
  const value = live ? SLUB_RED_ACTIVE : SLUB_RED_INACTIVE;
  const zones = [
    { what: 'Left Redzone', start: address - left, length: left, value },
    { what: 'Right Redzone', start: address + size, length: right, value },
  ].filter(({ length }) => length > 0);
  if (live || constructed) return zones;
  const end = address + size - 1;
  return [
    ...zones,
    { what: 'Poison', start: address, length: size - 1, value: POISON_FREE },
    { what: 'End Poison', start: end, length: 1, value: POISON_END },
  ];
}

/**
 * `check_object`, mm/slub.c: whether the guards of an object are as they were painted. The first damage is reported and
 * painted over.
 */
export function checkObject(session: Session, address: Address): boolean {
  const object = guardedObjects(session.kernel.heap).get(address)!;
  if (object.unwatched) return true;
  return expectations(session, address, object).every((expected) => checkBytes(session, address, object, expected));
}

/** `check_bytes_and_report`. */
function checkBytes(session: Session, address: Address, object: GuardedObject, expected: Expected): boolean {
  const { what, start, length, value } = expected;
  const bytes = session.memory.view(start, length, 'read');
  const first = bytes.findIndex((byte) => byte !== value);
  if (first < 0) return true;
  let last = length - 1;
  while (bytes[last] === value) last--;
  const range = `${pointer(start + first)}-${pointer(start + last)}`;
  const offset = start + first - placeOf(session.kernel, address, object).slab;
  const found = bytes[first]!.toString(16);
  const detail = `${range} @offset=${offset}. First byte 0x${found} instead of 0x${value.toString(16)}`;
  reportObject(session, address, `${what} overwritten`, detail);
  slabFix(session, object.cache, `Restoring ${what} ${range}=0x${value.toString(16)}`);
  session.memory.view(start, length, 'write').fill(value);
  return false;
}

/** `alloc_debug_processing`: the slab of a free object that was written to is not used any more. */
export function checkNextFree(session: Session, size: number): void {
  const { kernel } = session;
  for (;;) {
    const address = nextGuarded(kernel.heap, objectSizeOf(size));
    const object = address === undefined ? undefined : guardedObjects(kernel.heap).get(address);
    if (address === undefined || object === undefined || checkObject(session, address)) return;
    slabFix(session, object.cache, 'Marking all objects used');
    abandonSlab(kernel, address, object.objectSize);
  }
}

/** Looks at every object whose slab was written to since the last look: `validate_slab_cache`, mm/slub.c. */
export function checkHeap(session: Session): void {
  const { kernel, memory } = session;
  for (const slab of memory.takeWritten()) {
    for (const address of objectsIn(kernel.heap, slab)) checkObject(session, address);
  }
}
