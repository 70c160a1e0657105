import { GrowingBytes } from './growing-bytes.ts';
import {
  INDEX_HEADER_SIZE,
  INDEX_MAGIC,
  INDEX_NODE,
  INDEX_VERSION_MAJOR,
  INDEX_VERSION_MINOR,
} from './index-format.ts';

/** A key with a value to be written. */
export interface IndexEntry {
  /** ASCII. */
  readonly key: string;
  readonly value: string;
  /** Of one key's values, lower ones come first. */
  readonly priority: number;
}

/** A subtrie to be written: the sorted entries [low, high) from character `depth` of their keys on. */
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
 * Requires ASCII keys. Source: tools/depmod.c, `index_write`; the trie does not depend on the order of insertion.
 */
export function writeIndex(entries: readonly IndexEntry[]): Uint8Array {
  const sorted = sortEntries(entries);
  const out = new GrowingBytes(INDEX_HEADER_SIZE + sorted.length * 64);
  out.u32(INDEX_MAGIC);
  out.u32(INDEX_VERSION_MAJOR * 0x10000 + INDEX_VERSION_MINOR);
  out.u32(0);
  const stack: Pending[] = [{ low: 0, high: sorted.length, depth: 0, offsetAt: INDEX_HEADER_SIZE - 4 }];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) writeNode(out, sorted, node, stack);
  return out.bytes();
}

function sortEntries(entries: readonly IndexEntry[]): IndexEntry[] {
  const compare = (one: IndexEntry, other: IndexEntry) =>
    one.key < other.key ? -1 : one.key > other.key ? 1 : one.priority - other.priority;
  return entries.toReversed().sort(compare);
}

function writeNode(out: GrowingBytes, sorted: readonly IndexEntry[], node: Pending, stack: Pending[]): void {
  const { low, high, offsetAt } = node;
  const start = out.length;
  let depth = node.depth;
  let flags = 0;
  if (offsetAt !== INDEX_HEADER_SIZE - 4) {
    const prefixLength = commonLength(sorted[low]!.key, sorted[high - 1]!.key, depth);
    if (prefixLength > 0) {
      out.string(sorted[low]!.key.slice(depth, depth + prefixLength));
      flags |= INDEX_NODE.PREFIX;
    }
    depth += prefixLength;
  }
  let valuesEnd = low;
  while (valuesEnd < high && sorted[valuesEnd]!.key.length === depth) valuesEnd++;
  if (valuesEnd < high) {
    writeChildren(out, sorted, { low: valuesEnd, high, depth, offsetAt }, stack);
    flags |= INDEX_NODE.CHILDS;
  }
  if (valuesEnd > low) {
    writeValues(out, sorted, low, valuesEnd);
    flags |= INDEX_NODE.VALUES;
  }
  out.setU32(offsetAt, (start | flags) >>> 0);
}

/** The table of edges; the children themselves are left on the stack, the smallest edge on top. */
function writeChildren(out: GrowingBytes, sorted: readonly IndexEntry[], node: Pending, stack: Pending[]): void {
  const { low, high, depth } = node;
  const edge = (i: number): number => sorted[i]!.key.charCodeAt(depth);
  const first = edge(low);
  const last = edge(high - 1);
  out.u8(first);
  out.u8(last);
  const table = out.length;
  for (let i = first; i <= last; i++) out.u32(0);
  for (let childHigh = high; childHigh > low; ) {
    const character = edge(childHigh - 1);
    let childLow = childHigh - 1;
    while (childLow > low && edge(childLow - 1) === character) childLow--;
    stack.push({ low: childLow, high: childHigh, depth: depth + 1, offsetAt: table + (character - first) * 4 });
    childHigh = childLow;
  }
}

function writeValues(out: GrowingBytes, sorted: readonly IndexEntry[], low: number, high: number): void {
  out.u32(high - low);
  for (let i = low; i < high; i++) {
    out.u32(sorted[i]!.priority);
    out.string(sorted[i]!.value);
  }
}

function commonLength(one: string, other: string, from: number): number {
  const most = Math.min(one.length, other.length);
  let at = from;
  while (at < most && one.charCodeAt(at) === other.charCodeAt(at)) at++;
  return at - from;
}
