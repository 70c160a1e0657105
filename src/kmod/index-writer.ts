import { GrowingBytes } from './growing-bytes.ts';
import { GrowingWords } from './growing-words.ts';
import { IndexEntries } from './index-entries.ts';
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
  readonly #starts: Int32Array;
  readonly #order: Int32Array;
  readonly #dealt: Int32Array;
  readonly #counts = new Int32Array(KEY_CHARACTERS + 1);
  readonly #out: GrowingBytes;
  readonly #stack = new GrowingWords(1024 * PENDING);

  constructor(entries: IndexEntries) {
    const { count, keys, keyStarts } = entries;
    this.#entries = entries;
    this.#keys = keys.buffer;
    this.#starts = keyStarts.words;
    this.#order = new Int32Array(count);
    for (let i = 0; i < count; i++) this.#order[i] = count - 1 - i;
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
      const at = stack.length;
      const { words } = stack;
      const [low, high, depth] = [words[at]!, words[at + 1]!, words[at + 2]!];
      this.#writeNode(low, high, depth, this.#commonLength(low, high, depth), words[at + 3]!);
    }
    return this.#out.bytes();
  }

  #writeNode(low: number, high: number, depth: number, prefixLength: number, offsetAt: number): void {
    const out = this.#out;
    const start = out.length;
    const first = this.#starts[this.#order[low]!]! + depth;
    let flags = 0;
    if (prefixLength > 0) {
      out.range(this.#keys, first, first + prefixLength);
      out.u8(0);
      flags |= INDEX_NODE.PREFIX;
    }
    const end = depth + prefixLength;
    const isLeaf = high - low === 1 && this.#keys[first + prefixLength] === 0;
    const valuesEnd = isLeaf ? high : this.#deal(low, high, end);
    if (valuesEnd < high) {
      this.#writeChildren(valuesEnd, high, end);
      flags |= INDEX_NODE.CHILDS;
    }
    if (valuesEnd > low) {
      this.#writeValues(low, valuesEnd);
      flags |= INDEX_NODE.VALUES;
    }
    out.setU32(offsetAt, (start | flags) >>> 0);
  }

  /** How far from `depth` on the keys agree; for a single one: to its end. */
  #commonLength(low: number, high: number, depth: number): number {
    const keys = this.#keys;
    const starts = this.#starts;
    const order = this.#order;
    const first = starts[order[low]!]! + depth;
    let most = 0;
    while (keys[first + most] !== 0) most++;
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
    if (high - low <= FEW) this.#insertionSort(low, high, depth);
    else this.#countingSort(low, high, depth);
    let valuesEnd = low;
    while (valuesEnd < high && this.#byteAt(this.#order[valuesEnd]!, depth) === 0) valuesEnd++;
    return valuesEnd;
  }

  #insertionSort(low: number, high: number, depth: number): void {
    const keys = this.#keys;
    const starts = this.#starts;
    const order = this.#order;
    for (let i = low + 1; i < high; i++) {
      const entry = order[i]!;
      const byte = keys[starts[entry]! + depth]!;
      let at = i;
      for (; at > low && keys[starts[order[at - 1]!]! + depth]! > byte; at--) order[at] = order[at - 1]!;
      order[at] = entry;
    }
  }

  #countingSort(low: number, high: number, depth: number): void {
    const counts = this.#counts.fill(0);
    const keys = this.#keys;
    const starts = this.#starts;
    const order = this.#order;
    const dealt = this.#dealt;
    for (let i = low; i < high; i++) counts[keys[starts[order[i]!]! + depth]! + 1]!++;
    for (let byte = 1; byte <= KEY_CHARACTERS; byte++) counts[byte]! += counts[byte - 1]!;
    for (let i = low; i < high; i++) {
      const entry = order[i]!;
      dealt[counts[keys[starts[entry]! + depth]!]!++] = entry;
    }
    for (let i = low; i < high; i++) order[i] = dealt[i - low]!;
  }

  #byteAt(entry: number, depth: number): number {
    return this.#keys[this.#starts[entry]! + depth]!;
  }

  /** The table of edges; the children themselves are left on the stack, the smallest edge on top. */
  #writeChildren(low: number, high: number, depth: number): void {
    const order = this.#order;
    const first = this.#byteAt(order[low]!, depth);
    const last = this.#byteAt(order[high - 1]!, depth);
    this.#out.u8(first);
    this.#out.u8(last);
    const table = this.#out.zeros((last - first + 1) * 4);
    const stack = this.#stack;
    for (let childHigh = high; childHigh > low; ) {
      const byte = this.#byteAt(order[childHigh - 1]!, depth);
      let childLow = childHigh - 1;
      while (childLow > low && this.#byteAt(order[childLow - 1]!, depth) === byte) childLow--;
      stack.push(childLow);
      stack.push(childHigh);
      stack.push(depth + 1);
      stack.push(table + (byte - first) * 4);
      childHigh = childLow;
    }
  }

  /** The order is that of insertion, backwards; a stable sort by priority leaves equals so. */
  #writeValues(low: number, high: number): void {
    const { priorities, valueStarts, valueEnds, valueBytes } = this.#entries;
    const out = this.#out;
    out.u32(high - low);
    if (high - low > 1) {
      const values = this.#order.subarray(low, high);
      values.set([...values].sort((one, other) => priorities.words[one]! - priorities.words[other]!));
    }
    for (let i = low; i < high; i++) {
      const entry = this.#order[i]!;
      out.u32(priorities.words[entry]!);
      out.range(valueBytes, valueStarts.words[entry]!, valueEnds.words[entry]!);
      out.u8(0);
    }
  }
}
