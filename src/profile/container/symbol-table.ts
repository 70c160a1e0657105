import { binarySearch, bytesOf, compareByteStrings, compareWithBytes, viewOf } from './bytes.ts';

/*
 * Section `symbols`: u32 count, then columns of `count` rows sorted by name: i64 address, u32 end of the name; then the
 * text of the names.
 */
const HEADER = 8;

/** A symbol of the kernel image. */
export interface ImageSymbol {
  readonly name: string;
  readonly address: number;
}

/** Address of a symbol in section `symbols`, or undefined. */
export function findSymbol(bytes: Uint8Array, name: string): number | undefined {
  if (bytes.length < HEADER) return undefined;
  const view = viewOf(bytes);
  const count = view.getUint32(0, true);
  const names = HEADER + count * 12;
  const end = (row: number) => (row < 0 ? names : names + view.getUint32(HEADER + count * 8 + row * 4, true));
  const row = binarySearch(count, (index) => compareWithBytes(name, bytes, end(index - 1), end(index)));
  return row < 0 ? undefined : Number(view.getBigInt64(HEADER + row * 8, true));
}

/** Section `symbols` of these, in any order. Of several of one name the first counts. */
export function encodeSymbols(symbols: Iterable<ImageSymbol>): Uint8Array {
  const byName = new Map<string, number>();
  for (const { name, address } of symbols) if (!byName.has(name)) byName.set(name, address);
  const rows = [...byName].sort(([a], [b]) => compareByteStrings(a, b));
  const names = bytesOf(rows.map(([name]) => name).join(''));
  const bytes = new Uint8Array(HEADER + rows.length * 12 + names.length);
  const view = viewOf(bytes);
  view.setUint32(0, rows.length, true);
  let end = 0;
  for (const [index, [name, address]] of rows.entries()) {
    end += name.length;
    view.setBigInt64(HEADER + index * 8, BigInt(address), true);
    view.setUint32(HEADER + rows.length * 8 + index * 4, end, true);
  }
  bytes.set(names, bytes.length - names.length);
  return bytes;
}
