import { type Address, addressBits, addressFromBits } from './address.ts';
import { type Access, GuestFault } from './guest-fault.ts';
import { GuestMapping, type Mapping, type MappingFields, type Permissions } from './mapping.ts';

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
    return this.#insert({ base, size: bytes.length, permissions, name }, bytes);
  }

  /** Adds a mapping whose contents are fetched when first asked for. Requires that `load` gives `size` bytes. */
  mapLazily(base: Address, size: number, load: () => Uint8Array, permissions: Permissions, name: string): Mapping {
    return this.#insert({ base, size, permissions, name }, load);
  }

  /** Removes the mapping that starts at `base`; unknown bases are ignored. */
  unmap(base: Address): void {
    const at = this.#indexAfter(base) - 1;
    if (this.#mappings[at]?.base !== base) return;
    const [removed] = this.#mappings.splice(at, 1);
    this.#last = undefined;
    this.#written.delete(removed!);
    this.#permissionsChanged(removed!.permissions);
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

  #permissionsChanged(before: Permissions, after?: Permissions): void {
    if (before.execute || after?.execute) this.codeChanged();
    for (const listener of this.#listeners) listener();
  }

  #insert(fields: MappingFields, contents: Uint8Array | (() => Uint8Array)): Mapping {
    const mapping = new GuestMapping(fields, contents, (before, now) => this.#permissionsChanged(before, now));
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

function dataView(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
