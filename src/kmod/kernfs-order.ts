const MASK = (1n << 64n) - 1n;
/** `GOLDEN_RATIO_64`, include/linux/hash.h. */
const GOLDEN_RATIO = 0x61c8864680b583ebn;
const INT_MAX = 0x7fffffffn;

/** `kernfs_name_hash` for an entry without a namespace, fs/kernfs/dir.c. */
function kernfsNameHash(name: string): number {
  let hash = 0n;
  for (const byte of Buffer.from(name, 'latin1')) {
    const c = BigInt(byte);
    hash = ((hash + (c << 4n) + (c >> 4n)) * 11n) & MASK;
  }
  hash = (((hash * GOLDEN_RATIO) & MASK) >> 32n) & INT_MAX;
  if (hash < 2n) hash += 2n;
  return Number(hash >= INT_MAX ? INT_MAX - 1n : hash);
}

/** The names of a sysfs directory in the order in which readdir(3) gives them: by the hash of the name. */
export function kernfsOrder(names: readonly string[]): string[] {
  return names
    .map((name) => ({ name, hash: kernfsNameHash(name) }))
    .sort((a, b) => a.hash - b.hash)
    .map(({ name }) => name);
}
