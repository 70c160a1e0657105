import type { ByteStrings } from '../byte-strings.ts';
import { superFastHash } from './super-fast-hash.ts';

/** A bucket of so many is sorted by insertion. */
const FEW = 24;

/**
 * The order in which kmod goes through a hash table of these strings: by bucket, in a bucket by strcmp(3)
 * (shared/hash.c, `hash_iter_next`). `ids` names distinct strings; `buckets` is a power of two.
 */
export function hashOrder(strings: ByteStrings, ids: ArrayLike<number>, buckets: number): Int32Array {
  const { buffer } = strings.bytes;
  const starts = strings.starts.words;
  const places = new Int32Array(ids.length);
  const ends = new Int32Array(buckets);
  for (let i = 0; i < ids.length; i++) {
    const bucket = superFastHash(buffer, starts[ids[i]!]!, starts[ids[i]! + 1]!) & (buckets - 1);
    places[i] = bucket;
    ends[bucket]!++;
  }
  for (let bucket = 1; bucket < buckets; bucket++) ends[bucket]! += ends[bucket - 1]!;
  const begins = ends.slice();
  const order = new Int32Array(ids.length);
  for (let i = ids.length - 1; i >= 0; i--) order[--begins[places[i]!]!] = ids[i]!;
  const compare = (one: number, other: number) => (comesAfter(buffer, starts, one, other) ? 1 : -1);
  for (let bucket = 0; bucket < buckets; bucket++) {
    const low = begins[bucket]!;
    const high = ends[bucket]!;
    if (high - low <= FEW) sortFew(buffer, starts, order, low, high);
    else order.subarray(low, high).sort(compare);
  }
  return order;
}

function sortFew(bytes: Uint8Array, starts: Int32Array, order: Int32Array, low: number, high: number): void {
  for (let i = low + 1; i < high; i++) {
    const id = order[i]!;
    let at = i;
    for (; at > low && comesAfter(bytes, starts, order[at - 1]!, id); at--) order[at] = order[at - 1]!;
    order[at] = id;
  }
}

function comesAfter(bytes: Uint8Array, starts: Int32Array, one: number, other: number): boolean {
  const oneEnd = starts[one + 1]!;
  const otherEnd = starts[other + 1]!;
  let at = starts[one]!;
  let from = starts[other]!;
  while (at < oneEnd && from < otherEnd && bytes[at] === bytes[from]) {
    at++;
    from++;
  }
  if (at === oneEnd) return false;
  return from === otherEnd || bytes[at]! > bytes[from]!;
}
