/**
 * Paul Hsieh's SuperFastHash of `bytes[start, end)`, read little-endian, as an unsigned number. kmod's hash tables use
 * it, and its outputs follow their order (shared/hash.c).
 */
export function superFastHash(bytes: Uint8Array, start: number, end: number): number {
  let hash = end - start;
  let at = start;
  for (; at + 4 <= end; at += 4) {
    hash = (hash + (bytes[at]! | (bytes[at + 1]! << 8))) | 0;
    hash = (hash << 16) ^ ((bytes[at + 2]! | (bytes[at + 3]! << 8)) << 11) ^ hash;
    hash = (hash + (hash >>> 11)) | 0;
  }
  return avalanche(addRest(bytes, at, end - at, hash));
}

function addRest(bytes: Uint8Array, at: number, rest: number, start: number): number {
  let hash = start;
  if (rest === 1) {
    hash = (hash + ((bytes[at]! << 24) >> 24)) | 0;
    hash ^= hash << 10;
    return (hash + (hash >>> 1)) | 0;
  }
  if (rest === 0) return hash;
  hash = (hash + (bytes[at]! | (bytes[at + 1]! << 8))) | 0;
  if (rest === 2) {
    hash ^= hash << 11;
    return (hash + (hash >>> 17)) | 0;
  }
  hash ^= hash << 16;
  hash ^= bytes[at + 2]! << 18;
  return (hash + (hash >>> 11)) | 0;
}

function avalanche(start: number): number {
  let hash = start;
  hash ^= hash << 3;
  hash = (hash + (hash >>> 5)) | 0;
  hash ^= hash << 4;
  hash = (hash + (hash >>> 17)) | 0;
  hash ^= hash << 25;
  return (hash + (hash >>> 6)) >>> 0;
}
