import type { Address } from '../../memory/address.ts';
import type { KernelProfile } from '../../profile/kernel-profile.ts';

/** An exported symbol and the distance to the next one. */
export interface PlacedExport {
  readonly name: string;
  readonly address: Address;
  readonly size: number;
}

interface Table {
  readonly names: readonly string[];
  readonly addresses: Float64Array;
}

const tables = new WeakMap<KernelProfile, Table>();

/** All exports by address. Made once: 15,000 symbols. */
function exportTable(profile: KernelProfile): Table {
  const known = tables.get(profile);
  if (known) return known;
  const rows = [...profile.exports.all()].sort((a, b) => a.address - b.address);
  const made = { names: rows.map((row) => row.name), addresses: Float64Array.from(rows, (row) => row.address) };
  tables.set(profile, made);
  return made;
}

/** The export that an address lies in or behind, within the kernel image. */
export function exportAt(profile: KernelProfile, address: Address): PlacedExport | undefined {
  const { names, addresses } = exportTable(profile);
  let low = 0;
  let high = addresses.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (addresses[middle]! <= address) low = middle + 1;
    else high = middle;
  }
  if (low === 0 || low === addresses.length || addresses[low]! >= 0) return undefined;
  const start = addresses[low - 1]!;
  return { name: names[low - 1]!, address: start, size: addresses[low]! - start };
}
