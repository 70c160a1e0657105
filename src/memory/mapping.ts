import type { Address } from './address.ts';

/** Page permissions, as `strict_rwx` sets them. */
export interface Permissions {
  readonly read: boolean;
  readonly write: boolean;
  readonly execute: boolean;
}

/** What sections of a module get: constants, data, code. */
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

/** What a mapping is from the beginning. */
export type MappingFields = Pick<Mapping, 'base' | 'size' | 'name' | 'permissions'>;

/** A mapping of one address space, which it tells when its permissions change. */
export class GuestMapping implements Mapping {
  readonly base: Address;
  readonly size: number;
  readonly name: string;
  readonly #changed: (before: Permissions, after: Permissions) => void;
  #permissions: Permissions;
  #contents: Uint8Array | (() => Uint8Array);

  /** `contents`: the bytes, or what fetches them when they are first asked for. */
  constructor(
    { base, size, name, permissions }: MappingFields,
    contents: Uint8Array | (() => Uint8Array),
    changed: (before: Permissions, after: Permissions) => void,
  ) {
    this.base = base;
    this.size = size;
    this.name = name;
    this.#permissions = permissions;
    this.#contents = contents;
    this.#changed = changed;
  }

  get fetched(): boolean {
    return typeof this.#contents !== 'function';
  }

  get bytes(): Uint8Array {
    if (typeof this.#contents === 'function') this.#contents = this.#contents();
    return this.#contents;
  }

  get permissions(): Permissions {
    return this.#permissions;
  }

  set permissions(permissions: Permissions) {
    const before = this.#permissions;
    this.#permissions = permissions;
    this.#changed(before, permissions);
  }
}
