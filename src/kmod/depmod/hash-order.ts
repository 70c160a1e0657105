import { superFastHash } from './super-fast-hash.ts';

/**
 * The order in which kmod goes through a hash table of these names: by bucket, in a bucket by strcmp(3)
 * (shared/hash.c, `hash_iter_next`). Names are distinct byte strings; `buckets` is a power of two.
 */
export function hashOrder<T>(items: readonly T[], nameOf: (item: T) => string, buckets: number): T[] {
  const scratch = Buffer.alloc(4096);
  const placed = items.map((item) => {
    const name = nameOf(item);
    const bytes = name.length <= scratch.length ? scratch : Buffer.alloc(name.length);
    const length = bytes.write(name, 0, 'latin1');
    return { item, name, bucket: superFastHash(bytes, 0, length) & (buckets - 1) };
  });
  placed.sort((one, other) => one.bucket - other.bucket || (one.name < other.name ? -1 : 1));
  return placed.map(({ item }) => item);
}
