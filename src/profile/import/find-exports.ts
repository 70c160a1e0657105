import { cString } from '../../elf/c-string.ts';
import type { Address } from '../../memory/address.ts';
import type { ImageRegion, KernelImage, RegionReader } from './kernel-image.ts';
import { ENTRY_FORMS, type EntryForm } from './ksymtab-entry.ts';

/** Fewest symbols of a table that is believed to be one. */
const MIN_ENTRIES = 64;
const NAME_LIMIT = 512;
/** Padding between one table and the next. */
const MAX_PADDING = 12;

/** No other sorted table of a kernel is as long: nothing else is looked for then. */
export const SURE_ENTRIES = 1000;

/** How many entries may still be looked at in all: bounds what a hostile image can cost. */
export interface SearchBudget {
  left: number;
}

/** The budget of one image. */
export const MAX_ENTRIES = 4_000_000;

/** In the order in which the linker script puts them. Source: include/asm-generic/vmlinux.lds.h. */
const SYMBOL_TABLES = ['__ksymtab', '__ksymtab_gpl'] as const;
const CRC_TABLES = ['__kcrctab', '__kcrctab_gpl'] as const;

/**
 * The tables of exports in an image without section headers: found by the shape of their entries, whose names ascend
 * (kernel: `find_exported_symbol_in_section` searches them by halves); of several candidates the longest. Empty when
 * there are none.
 */
export function findExportTables(image: KernelImage, region: ImageRegion, budget: SearchBudget): ImageRegion[] {
  let best: Found | undefined;
  for (const form of ENTRY_FORMS[image.form.bits]) {
    const tables = longest(new EntrySearch(region, image.reader(region), form, budget).tables(), form.size);
    const count = entries(tables, form.size);
    if (count > (best?.count ?? 0)) best = { form, tables, count };
    if (count >= SURE_ENTRIES) break;
  }
  if (!best) return [];
  const symbols = best.tables.map(({ start, end }, i) => slice(region, SYMBOL_TABLES[i]!, start, end));
  return [...symbols, ...crcTables(region, best)];
}

interface Found {
  readonly form: EntryForm;
  readonly tables: readonly Span[];
  readonly count: number;
}

function entries(tables: readonly Span[], size: number): number {
  return tables.reduce((sum, { start, end }) => sum + (end - start) / size, 0);
}

/** The table, or the two that stand one behind the other, with the most entries. */
function longest(tables: readonly Span[], size: number): readonly Span[] {
  let best: readonly Span[] = [];
  for (const [i, table] of tables.entries()) {
    const next = tables[i + 1];
    const group = next && next.start - table.end <= MAX_PADDING ? [table, next] : [table];
    if (entries(group, size) > entries(best, size)) best = group;
  }
  return best;
}

/** The CRC tables stand between the tables of symbols and the names, if there is room for them. */
function crcTables(region: ImageRegion, { form, tables }: Found): ImageRegion[] {
  const names = Math.min(...tables.map(({ lowestName }) => lowestName));
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
  /** Where the lowest of its names stands. */
  readonly lowestName: number;
}

class EntrySearch {
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

  /** Everything that looks like a table, in order. */
  tables(): Span[] {
    const found: Span[] = [];
    for (let at = 0; at + this.#form.size <= this.#bytes.length && this.#budget.left > 0; ) {
      const table = this.#tableAt(at);
      if (table) found.push(table);
      at = table?.end ?? at + 4;
    }
    return found;
  }

  #tableAt(start: number): Span | undefined {
    let last = '';
    let lowestName = Number.POSITIVE_INFINITY;
    let at = start;
    for (; at + this.#form.size <= this.#bytes.length; at += this.#form.size) {
      const name = this.#form.name(this.#reader, this.#base, at) - this.#base;
      if (!this.#startsIdentifier(name)) break;
      const text = cString(this.#bytes.subarray(name, name + NAME_LIMIT), 0);
      if (text <= last || !IDENTIFIER.test(text)) break;
      last = text;
      lowestName = Math.min(lowestName, name);
      this.#budget.left--;
    }
    return (at - start) / this.#form.size < MIN_ENTRIES ? undefined : { start, end: at, lowestName };
  }

  #startsIdentifier(offset: number): boolean {
    if (!(offset >= 0 && offset < this.#bytes.length)) return false;
    const byte = this.#bytes[offset]!;
    return byte === 0x5f || ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a);
  }
}

const IDENTIFIER = /^[A-Za-z_][\w.$]*$/;
