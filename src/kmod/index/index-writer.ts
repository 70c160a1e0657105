import { GrowingBytes } from '../growing-bytes.ts';
import { GrowingWords } from '../growing-words.ts';
import { ENTRY, IndexEntries } from './index-entries.ts';
import {
  INDEX_CHILDMAX,
  INDEX_HEADER_SIZE,
  INDEX_MAGIC,
  INDEX_NODE,
  INDEX_VERSION_MAJOR,
  INDEX_VERSION_MINOR,
} from './index-format.ts';

/** Of this module itself, for the loops. */
const KEY_CHARACTERS: number = INDEX_CHILDMAX;
const { WORDS, VALUE, VALUE_END, PRIORITY } = ENTRY;
/** So many entries are sorted by insertion. */
const FEW = 24;
/** Words of a subtrie on the stack: its entries [low, high) of the order, how far they agree, where its offset goes. */
const PENDING = 4;

/** A key with a value to be written. */
export interface IndexEntry {
  /** ASCII, without NUL. */
  readonly key: string;
  readonly value: string;
  /** Of one key's values, lower ones come first. */
  readonly priority: number;
}

/** What {@link writeIndexEntries} does, for a few entries. */
export function writeIndex(list: readonly IndexEntry[]): Uint8Array {
  const values = new GrowingBytes(list.length * 16);
  for (const { value } of list) values.text(value);
  const entries = new IndexEntries(values.buffer, list.length, list.length * 32);
  let valueStart = 0;
  for (const { key, value, priority } of list) {
    entries.keys.text(key);
    entries.add(valueStart, valueStart + value.length, priority);
    valueStart += value.length;
  }
  return writeIndexEntries(entries);
}

/**
 * The index file of these entries, in the layout that kmod 34 and later write: each node before its children, the root
 * first and without prefix. Of one key's values with equal priority, the one inserted last comes first; none is dropped.
 * Source: tools/depmod.c, `index_write`; the trie does not depend on the order of insertion.
 */
export function writeIndexEntries(entries: IndexEntries): Uint8Array {
  return new IndexWriter(entries).write();
}

/**
 * Sorts and writes at once: the entries of a node are dealt out by their next byte, which is a radix sort from the
 * front. Keys are compared as bytes of one buffer; time is linear in their length.
 */
class IndexWriter {
  readonly #entries: IndexEntries;
  readonly #keys: Uint8Array;
  /** Where each entry's key begins. */
  readonly #starts: Int32Array;
  readonly #order: Int32Array;
  /** Of each place of the order: the byte by which its entry is dealt. */
  readonly #edges: Uint8Array;
  readonly #dealt: Int32Array;
  readonly #counts = new Int32Array(KEY_CHARACTERS + 1);
  readonly #out: GrowingBytes;
  readonly #stack = new GrowingWords(1024 * PENDING);

  constructor(entries: IndexEntries) {
    const { count, keys, rows } = entries;
    this.#entries = entries;
    this.#keys = keys.buffer;
    this.#starts = new Int32Array(count);
    this.#order = new Int32Array(count);
    for (let i = 0; i < count; i++) {
      this.#starts[i] = rows.words[i * WORDS]!;
      this.#order[i] = count - 1 - i;
    }
    this.#edges = new Uint8Array(count);
    this.#dealt = new Int32Array(count);
    this.#out = new GrowingBytes(INDEX_HEADER_SIZE + keys.length * 2);
  }

  write(): Uint8Array {
    this.#out.u32(INDEX_MAGIC);
    this.#out.u32(INDEX_VERSION_MAJOR * 0x10000 + INDEX_VERSION_MINOR);
    this.#out.u32(0);
    this.#writeNode(0, this.#order.length, 0, 0, INDEX_HEADER_SIZE - 4);
    const stack = this.#stack;
    while (stack.length > 0) {
      stack.length -= PENDING;
      const { words, length: at } = stack;
      this.#writeSubtrie(words[at]!, words[at + 1]!, words[at + 2]!, words[at + 3]!);
    }
    return this.#out.bytes();
  }

  #writeSubtrie(low: number, high: number, depth: number, offsetAt: number): void {
    if (high - low === 1) this.#writeLeaf(this.#order[low]!, depth, offsetAt);
    else this.#writeNode(low, high, depth, this.#commonLength(low, high, depth), offsetAt);
  }

  /** The node of a single entry: what is left of its key, and its value. */
  #writeLeaf(entry: number, depth: number, offsetAt: number): void {
    const out = this.#out;
    const start = out.length;
    const first = this.#starts[entry]! + depth;
    const prefixLength = this.#restOf(first);
    /* With the NUL. */
    if (prefixLength > 0) out.range(this.#keys, first, first + prefixLength + 1);
    out.u32(1);
    this.#writeValue(entry);
    out.setU32(offsetAt, (start | INDEX_NODE.VALUES | (prefixLength > 0 ? INDEX_NODE.PREFIX : 0)) >>> 0);
  }

  #writeNode(low: number, high: number, depth: number, prefixLength: number, offsetAt: number): void {
    const out = this.#out;
    const start = out.length;
    let flags = 0;
    if (prefixLength > 0) {
      const first = this.#starts[this.#order[low]!]! + depth;
      out.range(this.#keys, first, first + prefixLength);
      out.u8(0);
      flags |= INDEX_NODE.PREFIX;
    }
    const valuesEnd = this.#deal(low, high, depth + prefixLength);
    if (valuesEnd < high) {
      this.#writeChildren(valuesEnd, high, depth + prefixLength + 1);
      flags |= INDEX_NODE.CHILDS;
    }
    if (valuesEnd > low) {
      this.#writeValues(low, valuesEnd);
      flags |= INDEX_NODE.VALUES;
    }
    out.setU32(offsetAt, (start | flags) >>> 0);
  }

  /** How many bytes of a key there are from `first` on. */
  #restOf(first: number): number {
    const keys = this.#keys;
    let end = first;
    while (keys[end] !== 0) end++;
    return end - first;
  }

  /** How far from `depth` on the keys agree. */
  #commonLength(low: number, high: number, depth: number): number {
    const keys = this.#keys;
    const starts = this.#starts;
    const order = this.#order;
    const first = starts[order[low]!]! + depth;
    let most = this.#restOf(first);
    for (let i = low + 1; i < high && most > 0; i++) {
      const other = starts[order[i]!]! + depth;
      let length = 0;
      while (length < most && keys[first + length] === keys[other + length]) length++;
      most = length;
    }
    return most;
  }

  /** Sorts [low, high) by the byte at `depth`, keeping the order of equals; where the keys that end there end. */
  #deal(low: number, high: number, depth: number): number {
    const keys = this.#keys;
    const starts = this.#starts;
    const order = this.#order;
    const edges = this.#edges;
    for (let i = low; i < high; i++) edges[i] = keys[starts[order[i]!]! + depth]!;
    if (high - low <= FEW) this.#insertionSort(low, high);
    else this.#countingSort(low, high);
    let valuesEnd = low;
    while (valuesEnd < high && edges[valuesEnd] === 0) valuesEnd++;
    return valuesEnd;
  }

  #insertionSort(low: number, high: number): void {
    const order = this.#order;
    const edges = this.#edges;
    for (let i = low + 1; i < high; i++) {
      const entry = order[i]!;
      const byte = edges[i]!;
      let at = i;
      for (; at > low && edges[at - 1]! > byte; at--) {
        order[at] = order[at - 1]!;
        edges[at] = edges[at - 1]!;
      }
      order[at] = entry;
      edges[at] = byte;
    }
  }

  #countingSort(low: number, high: number): void {
    const counts = this.#counts.fill(0);
    const order = this.#order;
    const edges = this.#edges;
    const dealt = this.#dealt;
    for (let i = low; i < high; i++) counts[edges[i]! + 1]!++;
    for (let byte = 1; byte <= KEY_CHARACTERS; byte++) counts[byte]! += counts[byte - 1]!;
    for (let i = low; i < high; i++) dealt[counts[edges[i]!]!++] = order[i]!;
    for (let i = low; i < high; i++) order[i] = dealt[i - low]!;
    /* Each count has become where its byte's entries end. */
    for (let byte = 0, i = low; byte < KEY_CHARACTERS; byte++) {
      for (const end = low + counts[byte]!; i < end; i++) edges[i] = byte;
    }
  }

  /** The table of edges; the children themselves are left on the stack, the smallest edge on top. */
  #writeChildren(low: number, high: number, depth: number): void {
    const edges = this.#edges;
    const first = edges[low]!;
    const last = edges[high - 1]!;
    this.#out.u8(first);
    this.#out.u8(last);
    const table = this.#out.zeroWords(last - first + 1);
    for (let childHigh = high; childHigh > low; ) {
      const byte = edges[childHigh - 1]!;
      let childLow = childHigh - 1;
      while (childLow > low && edges[childLow - 1] === byte) childLow--;
      this.#stack.pushFour(childLow, childHigh, depth, table + (byte - first) * 4);
      childHigh = childLow;
    }
  }

  /** The order is that of insertion, backwards; entries of equal priority stay in it. */
  #writeValues(low: number, high: number): void {
    const order = this.#order;
    const { words } = this.#entries.rows;
    const priorityOf = (entry: number): number => words[entry * WORDS + PRIORITY]!;
    if (high - low > 1) order.subarray(low, high).sort((one, other) => priorityOf(one) - priorityOf(other));
    this.#out.u32(high - low);
    for (let i = low; i < high; i++) this.#writeValue(order[i]!);
  }

  #writeValue(entry: number): void {
    const out = this.#out;
    const { rows, valueBytes } = this.#entries;
    const { words } = rows;
    const row = entry * WORDS;
    out.u32(words[row + PRIORITY]!);
    out.range(valueBytes, words[row + VALUE]!, words[row + VALUE_END]!);
    out.u8(0);
  }
}
