import { type Address, addressBits, addressFromBits } from './address.ts';
import { type Access, GuestFault } from './guest-fault.ts';

/** Page permissions, as `strict_rwx` sets them. */
export interface Permissions {
  readonly read: boolean;
  readonly write: boolean;
  readonly execute: boolean;
}

export const READ_ONLY: Permissions = { read: true, write: false, execute: false };
export const READ_WRITE: Permissions = { read: true, write: true, execute: false };
export const READ_EXECUTE: Permissions = { read: true, write: false, execute: true };

/** A run of guest memory that stands in one host buffer. */
export interface Mapping {
  readonly base: Address;
  /** Bytes. Ask this rather than `bytes.length`, which may have to fetch the contents first. */
  readonly size: number;
  /** Whether the contents have been fetched: those of {@link AddressSpace.mapLazily} are when they are first asked for. */
  readonly fetched: boolean;
  readonly bytes: Uint8Array;
  readonly name: string;
  permissions: Permissions;
}

/**
 * The emulated kernel address space: disjoint mappings sorted by base.
 * Reads and writes are little-endian and raise {@link GuestFault}; an access may not cross from one mapping to the next.
 */
export class AddressSpace {
  #mappings: Mapping[] = [];
  #last: Mapping | undefined;
  readonly #listeners: (() => void)[] = [];
  #codeGeneration = 0;
  readonly #written = new Set<Mapping>();
  readonly #pagers: ((address: Address) => void)[] = [];

  /** All mappings, ascending by base. */
  get mappings(): readonly Mapping[] {
    return this.#mappings;
  }

  /** Adds a mapping. Requires that it overlaps no other. */
  map(base: Address, bytes: Uint8Array, permissions: Permissions, name: string): Mapping {
    return this.#insert(new GuestMapping(this, base, bytes.length, () => bytes, permissions, name, bytes));
  }

  /** Adds a mapping whose contents are fetched when first asked for. Requires that `load` gives `size` bytes. */
  mapLazily(base: Address, size: number, load: () => Uint8Array, permissions: Permissions, name: string): Mapping {
    return this.#insert(new GuestMapping(this, base, size, load, permissions, name));
  }

  /** Removes the mapping that starts at `base`; unknown bases are ignored. */
  unmap(base: Address): void {
    const at = this.#indexAfter(base) - 1;
    if (this.#mappings[at]?.base !== base) return;
    const [removed] = this.#mappings.splice(at, 1);
    this.#last = undefined;
    this.#written.delete(removed!);
    this.permissionsChanged(removed!.permissions);
  }

  /** Changes whenever what the guest may execute could have changed: decoded code from before is no longer valid. */
  get codeGeneration(): number {
    return this.#codeGeneration;
  }

  /** Says that bytes of executable memory were changed in place (`text_poke`). */
  codeChanged(): void {
    this.#codeGeneration++;
  }

  /** The mappings that were written to since this was asked last. */
  takeWritten(): Mapping[] {
    const written = [...this.#written];
    this.#written.clear();
    for (const listener of this.#listeners) listener();
    return written;
  }

  /** Has `listener` called whenever a mapping went away or changed its permissions, or writes are counted anew. */
  onChange(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** Told by a mapping whose permissions were `before` and no longer are. */
  permissionsChanged(before: Permissions, after?: Permissions): void {
    if (before.execute || after?.execute) this.codeChanged();
    for (const listener of this.#listeners) listener();
  }

  /** Has `pager` called before an access to an address that nothing holds: it may map something there. */
  onMissing(pager: (address: Address) => void): void {
    this.#pagers.push(pager);
  }

  /** The mapping for an access to `address`: {@link find}, or what is mapped there on demand. */
  reach(address: Address): Mapping | undefined {
    const found = this.find(address);
    if (found || this.#pagers.length === 0) return found;
    for (const pager of this.#pagers) pager(address);
    return this.find(address);
  }

  /** The mapping that holds `address`, if any. */
  find(address: Address): Mapping | undefined {
    const last = this.#last;
    if (last && address >= last.base && address < last.base + last.size) return last;
    const mapping = this.#mappings[this.#indexAfter(address) - 1];
    if (!mapping || address >= mapping.base + mapping.size) return undefined;
    this.#last = mapping;
    return mapping;
  }

  /** The `size` bytes at `address`, as a view of the guest's own memory. Raises GuestFault. */
  view(address: Address, size: number, access: Access): Uint8Array {
    const mapping = access === 'execute' ? this.find(address) : this.reach(address);
    if (!mapping) throw new GuestFault(address, access, false);
    const offset = address - mapping.base;
    if (offset + size > mapping.size) throw new GuestFault(mapping.base + mapping.size, access, false);
    if (!mapping.permissions[access]) throw new GuestFault(address, access, true);
    if (access === 'write') this.#written.add(mapping);
    return mapping.bytes.subarray(offset, offset + size);
  }

  readU8(address: Address): number {
    return this.view(address, 1, 'read')[0]!;
  }

  readU16(address: Address): number {
    return dataView(this.view(address, 2, 'read')).getUint16(0, true);
  }

  readU32(address: Address): number {
    return dataView(this.view(address, 4, 'read')).getUint32(0, true);
  }

  readU64(address: Address): bigint {
    return dataView(this.view(address, 8, 'read')).getBigUint64(0, true);
  }

  /** Reads a 64-bit pointer. */
  readPointer(address: Address): Address {
    return addressFromBits(this.readU64(address));
  }

  writeU8(address: Address, value: number): void {
    this.view(address, 1, 'write')[0] = value;
  }

  writeU16(address: Address, value: number): void {
    dataView(this.view(address, 2, 'write')).setUint16(0, value, true);
  }

  writeU32(address: Address, value: number): void {
    dataView(this.view(address, 4, 'write')).setUint32(0, value, true);
  }

  writeU64(address: Address, value: bigint): void {
    dataView(this.view(address, 8, 'write')).setBigUint64(0, value, true);
  }

  /** Writes a 64-bit pointer. */
  writePointer(address: Address, value: Address): void {
    this.writeU64(address, addressBits(value));
  }

  /** Reads a NUL-terminated byte string (latin-1, one character a byte), at most `limit` bytes. */
  readCString(address: Address, limit = 1 << 20): string {
    let text = '';
    for (let at = address; text.length < limit; at++) {
      const byte = this.readU8(at);
      if (byte === 0) break;
      text += String.fromCharCode(byte);
    }
    return text;
  }

  #insert(mapping: Mapping): Mapping {
    const at = this.#indexAfter(mapping.base);
    const before = this.#mappings[at - 1];
    const after = this.#mappings[at];
    if ((before && before.base + before.size > mapping.base) || (after && mapping.base + mapping.size > after.base)) {
      throw new RangeError(`mapping ${mapping.name} overlaps`);
    }
    this.#mappings.splice(at, 0, mapping);
    if (mapping.permissions.execute) this.codeChanged();
    return mapping;
  }

  #indexAfter(address: Address): number {
    let low = 0;
    let high = this.#mappings.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#mappings[middle]!.base <= address) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

class GuestMapping implements Mapping {
  readonly base: Address;
  readonly size: number;
  readonly name: string;
  readonly #space: AddressSpace;
  readonly #load: () => Uint8Array;
  #permissions: Permissions;
  #bytes: Uint8Array | undefined;

  constructor(
    space: AddressSpace,
    base: Address,
    size: number,
    load: () => Uint8Array,
    permissions: Permissions,
    name: string,
    bytes?: Uint8Array,
  ) {
    this.#space = space;
    this.#bytes = bytes;
    this.base = base;
    this.size = size;
    this.#load = load;
    this.#permissions = permissions;
    this.name = name;
  }

  get fetched(): boolean {
    return this.#bytes !== undefined;
  }

  get bytes(): Uint8Array {
    this.#bytes ??= this.#load();
    return this.#bytes;
  }

  get permissions(): Permissions {
    return this.#permissions;
  }

  set permissions(permissions: Permissions) {
    const before = this.#permissions;
    this.#permissions = permissions;
    this.#space.permissionsChanged(before, permissions);
  }
}

function dataView(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
