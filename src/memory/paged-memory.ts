import { type Address, PAGE_SIZE } from './address.ts';
import type { AddressSpace } from './address-space.ts';
import type { Access } from './guest-fault.ts';

const PAGE_MASK = PAGE_SIZE - 1;
const SLOTS = 1024;
const SLOT_MASK = SLOTS - 1;
const CANONICAL = 2 ** 47;

/** A direct-mapped cache: which page stands in a slot, and its bytes. */
class PageCache {
  /** Address of the page; NaN: empty. */
  readonly pages = new Float64Array(SLOTS).fill(Number.NaN);
  readonly views: DataView[] = new Array(SLOTS).fill(new DataView(new ArrayBuffer(PAGE_SIZE)));

  clear(): void {
    this.pages.fill(Number.NaN);
  }
}

/** Raised for an address that is not canonical: bits 63–47 differ. */
export class NonCanonicalAddress extends Error {}

/**
 * The CPU's fast way into an AddressSpace: a software TLB over whole pages, one for reads and one for writes.
 * Accesses are little-endian and may be unaligned and cross pages and mappings; raise GuestFault and NonCanonicalAddress.
 * 64-bit loads return the low half and leave the other in `high`.
 */
export class PagedMemory {
  readonly space: AddressSpace;
  readonly #reads = new PageCache();
  readonly #writes = new PageCache();
  readonly #scratch = new DataView(new ArrayBuffer(16));
  /** High half of the last `load64`. */
  high = 0;

  constructor(space: AddressSpace) {
    this.space = space;
    space.onChange(() => {
      this.#reads.clear();
      this.#writes.clear();
    });
  }

  load8(address: Address): number {
    const low = address | 0;
    const slot = (low >>> 12) & SLOT_MASK;
    const offset = low & PAGE_MASK;
    const { pages, views } = this.#reads;
    if (pages[slot] === address - offset) return views[slot]!.getUint8(offset);
    return this.#slowLoad(address, 1).getUint8(0);
  }

  load16(address: Address): number {
    const low = address | 0;
    const slot = (low >>> 12) & SLOT_MASK;
    const offset = low & PAGE_MASK;
    const { pages, views } = this.#reads;
    if (pages[slot] === address - offset && offset <= PAGE_SIZE - 2) return views[slot]!.getUint16(offset, true);
    return this.#slowLoad(address, 2).getUint16(0, true);
  }

  load32(address: Address): number {
    const low = address | 0;
    const slot = (low >>> 12) & SLOT_MASK;
    const offset = low & PAGE_MASK;
    const { pages, views } = this.#reads;
    if (pages[slot] === address - offset && offset <= PAGE_SIZE - 4) return views[slot]!.getInt32(offset, true);
    return this.#slowLoad(address, 4).getInt32(0, true);
  }

  load64(address: Address): number {
    const low = address | 0;
    const slot = (low >>> 12) & SLOT_MASK;
    const offset = low & PAGE_MASK;
    const { pages, views } = this.#reads;
    if (pages[slot] === address - offset && offset <= PAGE_SIZE - 8) {
      const view = views[slot]!;
      this.high = view.getInt32(offset + 4, true);
      return view.getInt32(offset, true);
    }
    const view = this.#slowLoad(address, 8);
    this.high = view.getInt32(4, true);
    return view.getInt32(0, true);
  }

  store8(address: Address, value: number): void {
    const low = address | 0;
    const slot = (low >>> 12) & SLOT_MASK;
    const offset = low & PAGE_MASK;
    const { pages, views } = this.#writes;
    if (pages[slot] === address - offset) views[slot]!.setUint8(offset, value);
    else this.#slowStore(address, 1, value, 0);
  }

  store16(address: Address, value: number): void {
    const low = address | 0;
    const slot = (low >>> 12) & SLOT_MASK;
    const offset = low & PAGE_MASK;
    const { pages, views } = this.#writes;
    if (pages[slot] === address - offset && offset <= PAGE_SIZE - 2) views[slot]!.setUint16(offset, value, true);
    else this.#slowStore(address, 2, value, 0);
  }

  store32(address: Address, value: number): void {
    const low = address | 0;
    const slot = (low >>> 12) & SLOT_MASK;
    const offset = low & PAGE_MASK;
    const { pages, views } = this.#writes;
    if (pages[slot] === address - offset && offset <= PAGE_SIZE - 4) views[slot]!.setInt32(offset, value, true);
    else this.#slowStore(address, 4, value, 0);
  }

  store64(address: Address, value: number, high: number): void {
    const low = address | 0;
    const slot = (low >>> 12) & SLOT_MASK;
    const offset = low & PAGE_MASK;
    const { pages, views } = this.#writes;
    if (pages[slot] === address - offset && offset <= PAGE_SIZE - 8) {
      const view = views[slot]!;
      view.setInt32(offset, value, true);
      view.setInt32(offset + 4, high, true);
    } else this.#slowStore(address, 8, value, high);
  }

  #slowLoad(address: Address, size: number): DataView {
    const at = canonical(address);
    for (let index = 0; index < size; ) {
      const run = this.#run(at + index, size - index, 'read');
      for (const byte of run) this.#scratch.setUint8(index++, byte);
    }
    this.#cache(this.#reads, at, 'read');
    return this.#scratch;
  }

  #slowStore(address: Address, size: number, low: number, high: number): void {
    const at = canonical(address);
    this.#scratch.setInt32(0, low, true);
    this.#scratch.setInt32(4, high, true);
    const runs: Uint8Array[] = [];
    for (let done = 0; done < size; done += runs.at(-1)!.length) {
      runs.push(this.#run(at + done, size - done, 'write'));
    }
    let index = 0;
    for (const run of runs) for (let to = 0; to < run.length; to++) run[to] = this.#scratch.getUint8(index++);
    this.#cache(this.#writes, at, 'write');
    if (this.space.find(at)?.permissions.execute) this.space.codeChanged();
  }

  /** What of `size` bytes lies in the mapping of `address`. */
  #run(address: Address, size: number, access: Access): Uint8Array {
    const mapping = access === 'execute' ? this.space.find(address) : this.space.reach(address);
    const there = mapping ? mapping.base + mapping.size - address : size;
    return this.space.view(address, Math.min(there, size), access);
  }

  /** Caches the page of `address`, if one mapping holds all of it; writable code is left out, so that writes are seen. */
  #cache(cache: PageCache, address: Address, access: Access): void {
    const page = address - ((address | 0) & PAGE_MASK);
    const mapping = this.space.find(page);
    if (!mapping || page + PAGE_SIZE > mapping.base + mapping.size) return;
    if (access === 'write' && mapping.permissions.execute) return;
    if (!mapping.permissions[access]) return;
    const slot = (page >>> 12) & SLOT_MASK;
    const { buffer, byteOffset } = mapping.bytes;
    cache.pages[slot] = page;
    cache.views[slot] = new DataView(buffer, byteOffset + (page - mapping.base), PAGE_SIZE);
  }
}

/** An address that the CPU computed without wrapping. Raises NonCanonicalAddress. */
function canonical(address: Address): Address {
  if (address < CANONICAL && address >= -CANONICAL) return address;
  const wrapped = Number(BigInt.asIntN(64, BigInt(address)));
  if (wrapped < CANONICAL && wrapped >= -CANONICAL) return wrapped;
  throw new NonCanonicalAddress();
}
