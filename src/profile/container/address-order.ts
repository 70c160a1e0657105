import type { Address } from '../../memory/address.ts';

/** Per-CPU symbols have offsets for addresses, below any image. */
const MAX_PERCPU = 0x100_0000;
/** A wider gap between two symbols is no part of the image: what lies behind it are modules, or per-CPU offsets. */
const MAX_SIZE = 0x400_0000;

/** A symbol's place, without its name. */
interface Extent {
  readonly address: Address;
  readonly size: number;
}

/** Where the symbols of an image begin, in order: the last one at or before an address, and how far it is to the next. */
export class AddressOrder {
  readonly #addresses: Float64Array;

  constructor(columns: readonly Float64Array[]) {
    const all = new Float64Array(columns.reduce((count, column) => count + column.length, 0));
    let at = 0;
    for (const column of columns) {
      all.set(column, at);
      at += column.length;
    }
    this.#addresses = all.sort().filter((address) => address < 0 || address >= MAX_PERCPU);
  }

  /** Undefined before the first and behind the last symbol. */
  find(address: Address): Extent | undefined {
    const behind = this.#firstAfter(address);
    if (behind === 0 || behind === this.#addresses.length) return undefined;
    const start = this.#addresses[behind - 1]!;
    const size = this.#addresses[behind]! - start;
    return size > MAX_SIZE ? undefined : { address: start, size };
  }

  #firstAfter(address: Address): number {
    let low = 0;
    let high = this.#addresses.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#addresses[middle]! <= address) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Of several names at one address the one with the fewest underscores in front stands for all: scripts/kallsyms.c. */
export function firstName(names: readonly string[]): string | undefined {
  const underscores = (name: string): number => /^_*/.exec(name)![0].length;
  return names.toSorted((a, b) => underscores(a) - underscores(b))[0];
}
