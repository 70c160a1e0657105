import { cString } from '../../elf/c-string.ts';
import type { RegionReader } from './kernel-image.ts';
import { indexOfBytes } from './search.ts';

/** The compressed names of kallsyms and where they stand in their region. */
export interface KallsymsNames {
  /** Number of symbols. */
  readonly count: number;
  /** Offset of `kallsyms_num_syms`. */
  readonly countAt: number;
  /** Offset behind `kallsyms_token_index`. */
  readonly end: number;
  /** Type letter and name of each symbol, `T_text`, in address order. */
  readonly names: readonly string[];
}

/** The tokens of single digits, which every kernel's table has at their own codes. */
const DIGITS = Array.from({ length: 10 }, (_, digit) => [0x30 + digit, 0]).flat();
const TOKENS = 256;
const MARKED = 256;
/** Most names that are read in all, and most tables of tokens that are tried: bounds what a hostile image can cost. */
const MAX_NAMES = 4_000_000;
const MAX_TABLES = 16;
const TOKEN_LIMIT = 64;
/** Fewest symbols that are believed to be a kernel's. */
const MIN_COUNT = 256;

/**
 * Finds kallsyms' names by their shape: a table of 256 tokens with its index; in front of it the count, the names that
 * many, and markers that agree with them. Source: scripts/kallsyms.c (`write_src`), kernel/kallsyms.c
 * (`kallsyms_expand_symbol`).
 */
export function findKallsymsNames(
  bytes: Uint8Array,
  reader: RegionReader,
  alignment: number,
): KallsymsNames | undefined {
  const budget = { left: MAX_NAMES };
  for (const table of tokenTables(bytes, alignment)) {
    for (let countAt = table.start - (table.start % alignment); countAt >= 0; countAt -= alignment) {
      const count = reader.u32(countAt);
      if (count < MIN_COUNT || count > (table.start - countAt) / 2) continue;
      const names = readNames(bytes, reader, { start: countAt + alignment, count, alignment, table, budget });
      if (names) return { count, countAt, names, end: table.end };
    }
  }
  return undefined;
}

interface TokenTable {
  readonly start: number;
  readonly end: number;
  readonly tokens: readonly string[];
}

function* tokenTables(bytes: Uint8Array, alignment: number): Iterable<TokenTable> {
  const needle = Uint8Array.from(DIGITS);
  let left = MAX_TABLES;
  for (let at = indexOfBytes(bytes, needle, 0); at >= 0 && left-- > 0; at = indexOfBytes(bytes, needle, at + 1)) {
    const table = firstTable(bytes, stringsBack(bytes, at, 0x30), alignment);
    if (table) yield table;
  }
}

/** The table whose first token ends where the string at `from` ends; what stands before it may end without a NUL. */
function firstTable(bytes: Uint8Array, from: number, alignment: number): TokenTable | undefined {
  const end = bytes.indexOf(0, from);
  for (let start = end - (end % alignment); start >= Math.max(from, end - TOKEN_LIMIT); start -= alignment) {
    const table = readTokens(bytes, start, alignment);
    if (table) return table;
  }
  return undefined;
}

/** Start of the `count`th NUL-terminated string before the one that starts at `at`. */
function stringsBack(bytes: Uint8Array, at: number, count: number): number {
  let start = at;
  for (let i = 0; i < count && start > 0; i++) start = start < 2 ? 0 : bytes.lastIndexOf(0, start - 2) + 1;
  return start;
}

/** The table at `start` if the index that scripts/kallsyms.c writes stands behind it. */
function readTokens(bytes: Uint8Array, start: number, alignment: number): TokenTable | undefined {
  const tokens: string[] = [];
  const offsets: number[] = [];
  let at = start;
  for (let i = 0; i < TOKENS; i++) {
    const token = cString(bytes.subarray(at, at + TOKEN_LIMIT), 0);
    tokens.push(token);
    offsets.push(at - start);
    at += token.length + 1;
  }
  const index = align(at, alignment);
  const whole = offsets.every((offset, i) => {
    const low = bytes[index + i * 2] ?? 0;
    const high = bytes[index + i * 2 + 1] ?? 0;
    return low + high * 256 === offset || low * 256 + high === offset;
  });
  return whole ? { start, end: index + TOKENS * 2, tokens } : undefined;
}

interface Candidate {
  readonly start: number;
  readonly count: number;
  readonly alignment: number;
  readonly table: TokenTable;
  readonly budget: { left: number };
}

/** The names of a candidate, or undefined when they do not end at markers that agree. */
function readNames(bytes: Uint8Array, reader: RegionReader, { start, count, alignment, table, budget }: Candidate) {
  const names: string[] = [];
  const markers: number[] = [];
  let at = start;
  for (let i = 0; i < count; i++) {
    if (--budget.left < 0) return undefined;
    if (i % MARKED === 0) markers.push(at - start);
    let length = bytes[at++]!;
    if (length & 0x80) length = (length & 0x7f) | (bytes[at++]! << 7);
    if (length === 0 || at + length > table.start) return undefined;
    let name = '';
    for (const end = at + length; at < end; at++) name += table.tokens[bytes[at]!];
    if (!SYMBOL.test(name)) return undefined;
    names.push(name);
  }
  const markersAt = align(at, alignment);
  return markers.every((marker, i) => reader.u32(markersAt + i * 4) === marker) ? names : undefined;
}

/** nm(1)'s letter and a name. */
const SYMBOL = /^[A-Za-z?][\x21-\x7e]+$/;

function align(value: number, alignment: number): number {
  return Math.ceil(value / alignment) * alignment;
}
