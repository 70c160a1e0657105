import type { ImagePlace, KernelImage } from './kernel-image.ts';

/** Most places that a search gives: bounds what a hostile image can cost. */
const MAX_PLACES = 4096;

/** The places of the image at which these bytes stand. */
export function* occurrences(image: KernelImage, needle: Uint8Array): Iterable<ImagePlace> {
  let left = MAX_PLACES;
  for (const region of image.regions) {
    for (let offset = indexOfBytes(region.bytes, needle, 0); offset >= 0; ) {
      if (--left < 0) return;
      yield { region, offset };
      offset = indexOfBytes(region.bytes, needle, offset + 1);
    }
  }
}

/** First offset from `from` on at which `needle` stands in `bytes`, or -1. Requires a needle that is not empty. */
export function indexOfBytes(bytes: Uint8Array, needle: Uint8Array, from: number): number {
  const first = rarestIndex(needle);
  const byte = needle[first]!;
  const last = bytes.length - needle.length;
  for (let at = bytes.indexOf(byte, from + first); at >= 0 && at - first <= last; at = bytes.indexOf(byte, at + 1)) {
    if (standsAt(bytes, needle, at - first)) return at - first;
  }
  return -1;
}

/** The needle's byte that is likely to be rarest in machine code and tables: the first one that is a letter. */
function rarestIndex(needle: Uint8Array): number {
  return Math.max(
    needle.findIndex((byte) => byte > 0x40),
    0,
  );
}

function standsAt(bytes: Uint8Array, needle: Uint8Array, offset: number): boolean {
  for (let i = 0; i < needle.length; i++) if (bytes[offset + i] !== needle[i]) return false;
  return true;
}
