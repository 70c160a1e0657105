import { byteString } from '../../elf/c-string.ts';
import type { Address } from '../../memory/address.ts';
import { binarySearch, bytesOf, compareByteStrings, compareWithBytes, viewOf } from './bytes.ts';

/*
 * Section `symbols`: i64 base, u32 count, u32 0, then columns of `count` rows sorted by name: i32 address less base,
 * u32 end of the name; then the text of the names.
 */
const HEADER = 16;

/** A symbol of the kernel image. */
export interface ImageSymbol {
  readonly name: string;
  readonly address: Address;
}

/** Address of a symbol in section `symbols`, or undefined. */
export function findSymbol(bytes: Uint8Array, name: string): Address | undefined {
  if (bytes.length < HEADER) return undefined;
  const view = viewOf(bytes);
  const count = view.getUint32(8, true);
  const names = HEADER + count * 8;
  if (names > bytes.length) return undefined;
  const end = (row: number) => (row < 0 ? names : names + view.getUint32(HEADER + count * 4 + row * 4, true));
  const row = binarySearch(count, (index) => compareWithBytes(name, bytes, end(index - 1), end(index)));
  return row < 0 ? undefined : Number(view.getBigInt64(0, true)) + view.getInt32(HEADER + row * 4, true);
}

/** The addresses in section `symbols`, in name order. */
export function symbolAddresses(bytes: Uint8Array): Float64Array {
  if (bytes.length < HEADER) return new Float64Array(0);
  const view = viewOf(bytes);
  const count = Math.min(view.getUint32(8, true), Math.floor((bytes.length - HEADER) / 8));
  const base = Number(view.getBigInt64(0, true));
  return Float64Array.from({ length: count }, (_, row) => base + view.getInt32(HEADER + row * 4, true));
}

/** The names in section `symbols` of what begins at an address. `addresses`: those of {@link symbolAddresses}. */
export function symbolNamesAt(bytes: Uint8Array, addresses: Float64Array, address: Address): string[] {
  const view = viewOf(bytes);
  const names = HEADER + addresses.length * 8;
  const end = (row: number) =>
    row < 0 ? names : names + view.getUint32(HEADER + addresses.length * 4 + row * 4, true);
  const found: string[] = [];
  for (let row = addresses.indexOf(address); row >= 0; row = addresses.indexOf(address, row + 1)) {
    found.push(byteString(bytes, end(row - 1), Math.min(end(row), bytes.length)));
  }
  return found;
}

/** Section `symbols` of these, in any order. Of several of one name the first counts; those too far away are left out. */
export function encodeSymbols(symbols: Iterable<ImageSymbol>): Uint8Array {
  const byName = new Map<string, Address>();
  for (const { name, address } of symbols) if (!byName.has(name)) byName.set(name, address);
  const base = baseOf(byName.values());
  const rows = [...byName].filter(([, address]) => fits(address - base)).sort(([a], [b]) => compareByteStrings(a, b));
  const names = bytesOf(rows.map(([name]) => name).join(''));
  const bytes = new Uint8Array(HEADER + rows.length * 8 + names.length);
  const view = viewOf(bytes);
  view.setBigInt64(0, BigInt(base), true);
  view.setUint32(8, rows.length, true);
  let end = 0;
  for (const [index, [name, address]] of rows.entries()) {
    end += name.length;
    view.setInt32(HEADER + index * 4, address - base, true);
    view.setUint32(HEADER + rows.length * 4 + index * 4, end, true);
  }
  bytes.set(names, bytes.length - names.length);
  return bytes;
}

/** 0 when all addresses fit in 32 signed bits as they are (x86-64 with its per-CPU offsets), else their middle. */
function baseOf(addresses: Iterable<Address>): Address {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const address of addresses) {
    low = Math.min(low, address);
    high = Math.max(high, address);
  }
  return low > high || (fits(low) && fits(high)) ? 0 : low + Math.floor((high - low) / 2);
}

function fits(distance: number): boolean {
  return distance === (distance | 0);
}
