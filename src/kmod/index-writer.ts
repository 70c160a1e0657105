import { GrowingBytes } from './growing-bytes.ts';
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

/** A key with a value to be written. */
export interface IndexEntry {
  /** ASCII, without NUL. */
  readonly key: string;
  readonly value: string;
  /** Of one key's values, lower ones come first. */
  readonly priority: number;
}

/** A subtrie to be written: the entries of `order` in [low, high), which agree up to character `depth`. */
interface Pending {
  readonly low: number;
  readonly high: number;
  readonly depth: number;
  /** Where the node's offset goes. */
  readonly offsetAt: number;
}

/**
 * The index file of these entries, in the layout that kmod 34 and later write: each node before its children, the root
 * first and without prefix. Of one key's values with equal priority, the one inserted last comes first; none is dropped.
 * Source: tools/depmod.c, `index_write`; the trie does not depend on the order of insertion.
 */
export function writeIndex(entries: readonly IndexEntry[]): Uint8Array {
  return new IndexWriter(entries).write();
}

/**
 * Sorts and writes at once: the entries of a node are dealt out by their next byte, which is a radix sort from the
 * front. Keys are compared as bytes of one buffer; time is linear in their length.
 */
class IndexWriter {
  readonly #entries: readonly IndexEntry[];
  readonly #keys: Buffer;
  /** Key i has bytes [#starts[i], #starts[i + 1]), the last of them NUL. */
  readonly #starts: Int32Array;
  readonly #order: Int32Array;
  readonly #dealt: Int32Array;
  readonly #counts = new Int32Array(KEY_CHARACTERS + 1);
  readonly #out: GrowingBytes;
  readonly #stack: Pending[] = [];

  constructor(entries: readonly IndexEntry[]) {
    const count = entries.length;
    this.#entries = entries;
    this.#starts = new Int32Array(count + 1);
    let length = 0;
    for (let i = 0; i < count; i++) {
      this.#starts[i] = length;
      length += entries[i]!.key.length + 1;
    }
    this.#starts[count] = length;
    this.#keys = Buffer.alloc(length);
    for (let i = 0; i < count; i++) this.#keys.write(entries[i]!.key, this.#starts[i]!, 'latin1');
    this.#order = Int32Array.from({ length: count }, (_, i) => count - 1 - i);
    this.#dealt = new Int32Array(count);
    this.#out = new GrowingBytes(INDEX_HEADER_SIZE + length * 2);
  }

  write(): Uint8Array {
    this.#out.u32(INDEX_MAGIC);
    this.#out.u32(INDEX_VERSION_MAJOR * 0x10000 + INDEX_VERSION_MINOR);
    this.#out.u32(0);
    const root = { low: 0, high: this.#order.length, depth: 0, offsetAt: INDEX_HEADER_SIZE - 4 };
    this.#writeNode(root, 0);
    for (let node = this.#stack.pop(); node !== undefined; node = this.#stack.pop()) {
      this.#writeNode(node, this.#commonLength(node));
    }
    return this.#out.bytes();
  }

  #writeNode({ low, high, depth, offsetAt }: Pending, prefixLength: number): void {
    const start = this.#out.length;
    let flags = 0;
    if (prefixLength > 0) {
      const at = this.#starts[this.#order[low]!]! + depth;
      this.#out.cString(this.#keys, at, at + prefixLength);
      flags |= INDEX_NODE.PREFIX;
    }
    const end = depth + prefixLength;
    const isLeaf = high - low === 1 && this.#byteAt(this.#order[low]!, end) === 0;
    const valuesEnd = isLeaf ? high : this.#deal(low, high, end);
    if (valuesEnd < high) {
      this.#writeChildren(valuesEnd, high, end);
      flags |= INDEX_NODE.CHILDS;
    }
    if (valuesEnd > low) {
      this.#writeValues(low, valuesEnd);
      flags |= INDEX_NODE.VALUES;
    }
    this.#out.setU32(offsetAt, (start | flags) >>> 0);
  }

  /** How far from `depth` on the keys agree; for a single one: to its end. */
  #commonLength({ low, high, depth }: Pending): number {
    const keys = this.#keys;
    const first = this.#starts[this.#order[low]!]!;
    let most = this.#starts[this.#order[low]! + 1]! - 1 - first - depth;
    for (let i = low + 1; i < high && most > 0; i++) {
      const other = this.#starts[this.#order[i]!]!;
      let length = 0;
      while (length < most && keys[first + depth + length] === keys[other + depth + length]) length++;
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
    const order = this.#order;
    for (let i = low + 1; i < high; i++) {
      const entry = order[i]!;
      const byte = this.#byteAt(entry, depth);
      let at = i;
      for (; at > low && this.#byteAt(order[at - 1]!, depth) > byte; at--) order[at] = order[at - 1]!;
      order[at] = entry;
    }
  }

  #countingSort(low: number, high: number, depth: number): void {
    const counts = this.#counts.fill(0);
    for (let i = low; i < high; i++) counts[this.#byteAt(this.#order[i]!, depth) + 1]!++;
    for (let byte = 1; byte <= KEY_CHARACTERS; byte++) counts[byte]! += counts[byte - 1]!;
    for (let i = low; i < high; i++) {
      const entry = this.#order[i]!;
      this.#dealt[counts[this.#byteAt(entry, depth)]!++] = entry;
    }
    for (let i = low; i < high; i++) this.#order[i] = this.#dealt[i - low]!;
  }

  #byteAt(entry: number, depth: number): number {
    return this.#keys[this.#starts[entry]! + depth]!;
  }

  /** The table of edges; the children themselves are left on the stack, the smallest edge on top. */
  #writeChildren(low: number, high: number, depth: number): void {
    const first = this.#byteAt(this.#order[low]!, depth);
    const last = this.#byteAt(this.#order[high - 1]!, depth);
    this.#out.u8(first);
    this.#out.u8(last);
    const table = this.#out.zeros((last - first + 1) * 4);
    for (let childHigh = high; childHigh > low; ) {
      const byte = this.#byteAt(this.#order[childHigh - 1]!, depth);
      let childLow = childHigh - 1;
      while (childLow > low && this.#byteAt(this.#order[childLow - 1]!, depth) === byte) childLow--;
      this.#stack.push({ low: childLow, high: childHigh, depth: depth + 1, offsetAt: table + (byte - first) * 4 });
      childHigh = childLow;
    }
  }

  /** The order is that of insertion, backwards; a stable sort by priority leaves equals so. */
  #writeValues(low: number, high: number): void {
    this.#out.u32(high - low);
    if (high - low > 1) {
      const values = this.#order.subarray(low, high);
      values.set([...values].sort((one, other) => this.#priority(one) - this.#priority(other)));
    }
    for (let i = low; i < high; i++) {
      this.#out.u32(this.#priority(this.#order[i]!));
      this.#out.string(this.#entries[this.#order[i]!]!.value);
    }
  }

  #priority(entry: number): number {
    return this.#entries[entry]!.priority;
  }
}
