import { KERNEL_TEXT } from '../kernel/memory/kernel-text.ts';
import type { Address } from '../memory/address.ts';
import type { AddressSpace } from '../memory/address-space.ts';
import type { Mapping, Permissions } from '../memory/mapping.ts';
import type { BlobRef, ImageStore } from './image-store.ts';

/** A mapping as the state file holds it; zeros at its end are not kept. */
export interface MappingRecord {
  readonly base: Address;
  readonly size: number;
  readonly name: string;
  readonly permissions: Permissions;
  /** Null: all zero. */
  readonly ref: BlobRef | null;
}

/** Where the bytes of a mapping stand that came from the state. */
const origins = new WeakMap<Mapping, BlobRef | null>();

/** Maps what a state holds; bytes are fetched on first use. */
export function loadMappings(memory: AddressSpace, records: readonly MappingRecord[], images: ImageStore): void {
  for (const { base, size, name, permissions, ref } of records) {
    const load = (): Uint8Array => (ref ? images.read(ref, size) : new Uint8Array(size));
    origins.set(memory.mapLazily(base, size, load, permissions, name), ref);
  }
}

/** The records of all mappings that are the machine's own; bytes that are new or have changed go to `images`. */
export function saveMappings(memory: AddressSpace, images: ImageStore): MappingRecord[] {
  const own = memory.mappings.filter(({ name }) => name !== KERNEL_TEXT);
  return own.map((mapping) => {
    const { base, size, name, permissions } = mapping;
    return { base, size, name, permissions, ref: saveBytes(mapping, images) };
  });
}

/** Requires that what is mapped lazily and comes from no state is zero. */
function saveBytes(mapping: Mapping, images: ImageStore): BlobRef | null {
  const origin = origins.get(mapping);
  if (!mapping.fetched) return origin ?? null;
  const used = mapping.bytes.subarray(0, usedLength(mapping.bytes));
  if (origin !== undefined && isSame(used, origin, images)) return origin;
  return used.length === 0 ? null : images.add(used);
}

function isSame(bytes: Uint8Array, ref: BlobRef | null, images: ImageStore): boolean {
  if (ref === null || ref[2] !== bytes.length) return ref === null && bytes.length === 0;
  return Buffer.compare(bytes, images.read(ref)) === 0;
}

/** In falling sizes: stretches of zeros that are passed over at once. */
const ZEROS = [Buffer.alloc(0x1000), Buffer.alloc(0x40)];

/** Bytes up to the last one that is not zero; passes over stretches of zeros, because most of a large .bss is. */
function usedLength(bytes: Uint8Array): number {
  let end = bytes.length;
  for (const zeros of ZEROS) {
    while (end >= zeros.length && zeros.compare(bytes, end - zeros.length, end) === 0) end -= zeros.length;
  }
  while (end > 0 && bytes[end - 1] === 0) end--;
  return end;
}
