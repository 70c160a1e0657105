import type { Address } from '../../memory/address.ts';
import type { KernelProfile } from '../../profile/kernel-profile.ts';

/** An exported symbol and the distance to the next one. */
export interface PlacedExport {
  readonly name: string;
  readonly address: Address;
  readonly size: number;
}

interface Table {
  readonly addresses: Float64Array;
  /** The row of the export at each of the addresses. */
  readonly rows: Uint32Array;
}

const tables = new WeakMap<KernelProfile, Table>();

/** All exports by address. Made once: 15,000 symbols. */
function exportTable(profile: KernelProfile): Table {
  const known = tables.get(profile);
  if (known) return known;
  const made = sortByAddress(profile.exports.addresses());
  tables.set(profile, made);
  return made;
}

/** Sorts numbers that hold address and row, which is many times faster than sorting rows by a function. */
function sortByAddress(addresses: Float64Array): Table {
  const { length } = addresses;
  const base = addresses.reduce((least, address) => Math.min(least, address), 0);
  const keys = addresses.map((address, row) => (address - base) * length + row).sort();
  return {
    addresses: keys.map((key) => Math.floor(key / length) + base),
    rows: Uint32Array.from(keys, (key) => key % length),
  };
}

/** The highest address of an export that `wanted` takes; -Infinity when there is none. */
export function lastExport(profile: KernelProfile, wanted: (name: string) => boolean): Address {
  const { addresses, rows } = exportTable(profile);
  for (let index = rows.length - 1; index >= 0; index--) {
    if (wanted(profile.exports.at(rows[index]!).name)) return addresses[index]!;
  }
  return Number.NEGATIVE_INFINITY;
}

/** The export that an address lies in or behind, within the kernel image. */
export function exportAt(profile: KernelProfile, address: Address): PlacedExport | undefined {
  const { addresses, rows } = exportTable(profile);
  const low = indexBehind(addresses, address);
  if (low === 0 || low === addresses.length || addresses[low]! >= 0) return undefined;
  const start = addresses[low - 1]!;
  return { name: profile.exports.at(rows[low - 1]!).name, address: start, size: addresses[low]! - start };
}

/** How many of the sorted addresses are not higher than this one. */
function indexBehind(addresses: Float64Array, address: Address): number {
  let low = 0;
  let high = addresses.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (addresses[middle]! <= address) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The names of the exports that stand exactly at an address. */
export function exportNamesAt(profile: KernelProfile, address: Address): string[] {
  const { addresses, rows } = exportTable(profile);
  const names: string[] = [];
  for (let index = indexBehind(addresses, address); addresses[index - 1] === address; index--) {
    names.push(profile.exports.at(rows[index - 1]!).name);
  }
  return names;
}
