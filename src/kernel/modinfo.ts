import { cString, cStringLength, cStringStarts } from '../elf/c-string.ts';
import type { LoadInfo } from './load-info.ts';

/** `get_modinfo`: the value of the first string with this tag. */
export function getModinfo(info: LoadInfo, tag: string): string | undefined {
  for (const value of modinfoValues(info, tag)) return value;
  return undefined;
}

/** `get_modinfo`, then `get_next_modinfo` until it finds no more. */
export function* modinfoValues(info: LoadInfo, tag: string): Iterable<string> {
  info.modinfo ??= listStrings(info);
  const prefix = `${tag}=`;
  for (const start of info.modinfo) {
    if (cStringStarts(info.image, start, prefix)) yield cString(info.image, start + prefix.length);
  }
}

/**
 * Walks the section as `next_string` does: a string that the section's end cuts off is the last one, and the first
 * string counts even in an empty section.
 */
function listStrings({ image, view, index }: LoadInfo): number[] {
  const start = view.sections.offset[index.info]!;
  const end = Math.min(start + view.sections.size[index.info]!, image.length);
  const strings = [start];
  for (let at = start; ; ) {
    at += cStringLength(image, at);
    while (at < end && image[at] === 0) at++;
    if (at >= end) return strings;
    strings.push(at);
  }
}
