import { ProfileError } from '../profile-error.ts';
import type { ImageRegion, KernelImage } from './kernel-image.ts';

/**
 * Reads the `index`th CRC of a `__kcrctab*`: values of 32 bits, of a pointer's width (before Linux 4.10), or distances
 * to the values (`CONFIG_MODULE_REL_CRCS`, Linux 4.10 to 5.18; kernel: `resolve_rel_crc`). Without a table each CRC is 0.
 * Raises ProfileError when the table does not go with `count` symbols.
 */
export function crcReader(
  image: KernelImage,
  table: ImageRegion | undefined,
  count: number,
): (index: number) => number {
  if (!table || table.bytes.length === 0) return () => 0;
  const width = table.bytes.length / count;
  if (width !== 4 && width !== image.pointerSize) throw new ProfileError(`${table.name}: wrong size`);
  const reader = image.reader(table);
  if (width === 4 && isRelative(image, table, count)) {
    return (index) => {
      const place = image.place(table.address + index * 4 + reader.s32(index * 4));
      return place ? image.reader(place.region).u32(place.offset) : 0;
    };
  }
  return (index) => reader.u32(index * width);
}

/** Random CRCs do not all point into the image. */
function isRelative(image: KernelImage, table: ImageRegion, count: number): boolean {
  const reader = image.reader(table);
  for (let at = 0; at < count * 4; at += 4) {
    if (!image.place(table.address + at + reader.s32(at))) return false;
  }
  return true;
}
