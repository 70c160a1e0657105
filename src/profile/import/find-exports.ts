import { cString } from '../../elf/c-string.ts';
import type { Address } from '../../memory/address.ts';
import type { ImageRegion, KernelImage, RegionReader } from './kernel-image.ts';
import { ENTRY_FORMS, type EntryForm } from './ksymtab-entry.ts';

/** Fewest symbols of a table that is believed to be one. */
const MIN_ENTRIES = 64;
const NAME_LIMIT = 512;
/** Padding between one table and the next. */
const PADDING = [0, 4, 8, 12] as const;

/** How many entries may still be looked at in all: bounds what a hostile image can cost. */
export interface SearchBudget {
  left: number;
}

/** In the order in which the linker script puts them. Source: include/asm-generic/vmlinux.lds.h. */
const SYMBOL_TABLES = ['__ksymtab', '__ksymtab_gpl'] as const;
const CRC_TABLES = ['__kcrctab', '__kcrctab_gpl'] as const;

/**
 * The tables of exports in an image without section headers: found by the shape of their entries, whose names ascend
 * (kernel: `find_exported_symbol_in_section` searches them by halves). Empty when there are none.
 */
export function findExportTables(image: KernelImage, region: ImageRegion, budget: SearchBudget): ImageRegion[] {
  for (const form of ENTRY_FORMS[image.form.bits]) {
    const search = new EntrySearch(region, image.reader(region), form, budget);
    const first = search.firstTable();
    if (!first) continue;
    const second = search.tableBehind(first.end);
    const tables = second ? [first, second] : [first];
    const symbols = tables.map(({ start, end }, i) => slice(region, SYMBOL_TABLES[i]!, start, end));
    return [...symbols, ...crcTables(region, tables, form, search.lowestName)];
  }
  return [];
}

/** The CRC tables stand between the tables of symbols and the names, if there is room for them. */
function crcTables(region: ImageRegion, tables: readonly Span[], form: EntryForm, names: number): ImageRegion[] {
  const counts = tables.map(({ start, end }) => (end - start) / form.size);
  let at = tables.at(-1)!.end;
  const size = counts.reduce((sum, count) => sum + count * 4, 0);
  if (at + size > names) return [];
  return counts.map((count, i) => {
    at += count * 4;
    return slice(region, CRC_TABLES[i]!, at - count * 4, at);
  });
}

function slice(region: ImageRegion, name: string, start: number, end: number): ImageRegion {
  return { name, address: region.address + start, bytes: region.bytes.subarray(start, end) };
}

/** Offsets within the region. */
interface Span {
  readonly start: number;
  readonly end: number;
}

class EntrySearch {
  /** Offset of the lowest name of the tables found. */
  lowestName = Number.POSITIVE_INFINITY;
  readonly #bytes: Uint8Array;
  readonly #base: Address;
  readonly #reader: RegionReader;
  readonly #form: EntryForm;
  readonly #budget: SearchBudget;

  constructor(region: ImageRegion, reader: RegionReader, form: EntryForm, budget: SearchBudget) {
    this.#budget = budget;
    this.#bytes = region.bytes;
    this.#base = region.address;
    this.#reader = reader;
    this.#form = form;
  }

  firstTable(): Span | undefined {
    for (let at = 0; at + this.#form.size <= this.#bytes.length && this.#budget.left > 0; at += 4) {
      const table = this.#tableAt(at);
      if (table) return table;
    }
    return undefined;
  }

  tableBehind(end: number): Span | undefined {
    for (const padding of PADDING) {
      const table = this.#tableAt(end + padding);
      if (table) return table;
    }
    return undefined;
  }

  #tableAt(start: number): Span | undefined {
    let last = '';
    let lowest = this.lowestName;
    let at = start;
    for (; at + this.#form.size <= this.#bytes.length; at += this.#form.size) {
      const name = this.#form.name(this.#reader, this.#base, at) - this.#base;
      if (!this.#startsIdentifier(name) || !this.#holds(this.#form.value(this.#reader, this.#base, at))) break;
      const text = cString(this.#bytes.subarray(name, name + NAME_LIMIT), 0);
      if (text <= last || !IDENTIFIER.test(text)) break;
      last = text;
      lowest = Math.min(lowest, name);
      this.#budget.left--;
    }
    if ((at - start) / this.#form.size < MIN_ENTRIES) return undefined;
    this.lowestName = lowest;
    return { start, end: at };
  }

  #startsIdentifier(offset: number): boolean {
    if (!(offset >= 0 && offset < this.#bytes.length)) return false;
    const byte = this.#bytes[offset]!;
    return byte === 0x5f || ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a);
  }

  /** Symbols may lie in what is zeroed at boot, behind the image; never far from it. */
  #holds(address: Address): boolean {
    const offset = address - this.#base;
    return offset >= 0 && offset < this.#bytes.length * 4;
  }
}

const IDENTIFIER = /^[A-Za-z_][\w.$]*$/;
