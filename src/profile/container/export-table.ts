import { byteString } from '../../elf/c-string.ts';
import type { Address } from '../../memory/address.ts';
import type { KernelExport, KernelExports } from '../kernel-profile.ts';
import { ProfileError } from '../profile-error.ts';
import { binarySearch, bytesOf, compareByteStrings, compareWithBytes, viewOf } from './bytes.ts';

/*
 * Section `exports`: u32 count, u32 number of namespaces, then columns of `count` rows sorted by name:
 * i64 address, u32 CRC, u32 flags (bit 31: GPL-only, else index of the namespace), u32 end of the name; then the ends
 * of the namespaces (u32 each, within their text), the text of the namespaces, the text of the names.
 */
const HEADER = 8;
const GPL_ONLY = 0x80000000;

/** Reads section `exports` in place. Raises ProfileError when the columns do not fit. */
export function readExports(bytes: Uint8Array): KernelExports {
  return bytes.length === 0 ? NO_EXPORTS : new ExportTable(bytes);
}

/** The addresses in section `exports`, in name order. */
export function exportAddresses(bytes: Uint8Array): Float64Array {
  if (bytes.length < HEADER) return new Float64Array(0);
  const view = viewOf(bytes);
  const count = Math.min(view.getUint32(0, true), Math.floor((bytes.length - HEADER) / 8));
  return Float64Array.from({ length: count }, (_, row) => Number(view.getBigInt64(HEADER + row * 8, true)));
}

const NO_EXPORTS: KernelExports = { count: 0, find: () => undefined, namesAt: () => [], all: () => [] };

class ExportTable implements KernelExports {
  readonly count: number;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #crcs: number;
  readonly #flags: number;
  readonly #ends: number;
  readonly #names: number;
  readonly #namespaces: string[] = [];
  #addressColumn: BigInt64Array | undefined;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = viewOf(bytes);
    if (bytes.length < HEADER) throw damaged();
    this.count = this.#view.getUint32(0, true);
    const namespaceCount = this.#view.getUint32(4, true);
    this.#crcs = HEADER + this.count * 8;
    this.#flags = this.#crcs + this.count * 4;
    this.#ends = this.#flags + this.count * 4;
    const namespaceEnds = this.#ends + this.count * 4;
    let at = namespaceEnds + namespaceCount * 4;
    if (at > bytes.length) throw damaged();
    const text = at;
    for (let i = 0; i < namespaceCount; i++) {
      const end = text + this.#view.getUint32(namespaceEnds + i * 4, true);
      if (end < at || end > bytes.length) throw damaged();
      this.#namespaces.push(byteString(bytes, at, end));
      at = end;
    }
    this.#names = at;
  }

  find(name: string): KernelExport | undefined {
    const row = binarySearch(this.count, (index) =>
      compareWithBytes(name, this.#bytes, this.#start(index), this.#end(index)),
    );
    return row < 0 ? undefined : this.#row(row, name);
  }

  namesAt(address: Address): string[] {
    const names: string[] = [];
    const wanted = BigInt(address);
    for (let row = this.#addresses.indexOf(wanted); row >= 0; row = this.#addresses.indexOf(wanted, row + 1)) {
      names.push(this.#name(row));
    }
    return names;
  }

  *all(): Iterable<KernelExport> {
    for (let row = 0; row < this.count; row++) yield this.#row(row, this.#name(row));
  }

  /** The column as the host's own numbers, which are little-endian as the file is: to search 10,000 rows at once. */
  get #addresses(): BigInt64Array {
    this.#addressColumn ??= new BigInt64Array(this.#bytes.slice(HEADER, this.#crcs).buffer);
    return this.#addressColumn;
  }

  #name(row: number): string {
    return byteString(this.#bytes, this.#start(row), this.#end(row));
  }

  #row(row: number, name: string): KernelExport {
    const flags = this.#view.getUint32(this.#flags + row * 4, true);
    return {
      name,
      address: Number(this.#view.getBigInt64(HEADER + row * 8, true)),
      crc: this.#view.getUint32(this.#crcs + row * 4, true),
      gplOnly: flags >= GPL_ONLY,
      namespace: this.#namespaces[flags % GPL_ONLY] ?? '',
    };
  }

  #start(row: number): number {
    return row === 0 ? this.#names : this.#end(row - 1);
  }

  #end(row: number): number {
    return Math.min(this.#names + this.#view.getUint32(this.#ends + row * 4, true), this.#bytes.length);
  }
}

function damaged(): ProfileError {
  return new ProfileError('kernel profile: damaged table of exports');
}

/** The bytes of section `exports` for these symbols, in any order. */
export function encodeExports(exports: readonly KernelExport[]): Uint8Array {
  const rows = [...exports].sort((a, b) => compareByteStrings(a.name, b.name));
  const namespaces = [...new Set(['', ...rows.map((row) => row.namespace)])];
  const names = bytesOf(rows.map((row) => row.name).join(''));
  const namespaceText = bytesOf(namespaces.join(''));
  const columns = HEADER + rows.length * 20;
  const bytes = new Uint8Array(columns + namespaces.length * 4 + namespaceText.length + names.length);
  const view = viewOf(bytes);
  view.setUint32(0, rows.length, true);
  view.setUint32(4, namespaces.length, true);
  let end = 0;
  for (const [index, row] of rows.entries()) {
    end += row.name.length;
    view.setBigInt64(HEADER + index * 8, BigInt(row.address), true);
    view.setUint32(HEADER + rows.length * 8 + index * 4, row.crc, true);
    const flags = namespaces.indexOf(row.namespace) + (row.gplOnly ? GPL_ONLY : 0);
    view.setUint32(HEADER + rows.length * 12 + index * 4, flags, true);
    view.setUint32(HEADER + rows.length * 16 + index * 4, end, true);
  }
  let namespaceEnd = 0;
  for (const [index, namespace] of namespaces.entries()) {
    namespaceEnd += namespace.length;
    view.setUint32(columns + index * 4, namespaceEnd, true);
  }
  bytes.set(namespaceText, columns + namespaces.length * 4);
  bytes.set(names, bytes.length - names.length);
  return bytes;
}
