import { absolutePath, statOf } from '../kmod/files.ts';

/**
 * The version directory below `root`: `lib/modules/RELEASE`, or `usr/lib/modules/RELEASE` when only that exists.
 * Absolute; byte strings.
 */
export function moduleDirectory(root: string, release: string, cwd: string): string {
  const places = ['/lib/modules/', '/usr/lib/modules/'].map((place) => absolutePath(`${root}${place}${release}`, cwd));
  return places.find((place) => statOf(place) !== undefined) ?? places[0]!;
}
