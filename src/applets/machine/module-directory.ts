import { absolutePath, statOf } from '../../kmod/files.ts';
import { finishOutputs } from '../../kmod/output-commit.ts';

/**
 * The version directory below `root`: `lib/modules/RELEASE`, or `usr/lib/modules/RELEASE` when only that exists.
 * Absolute; byte strings. What a killed depmod had decided there is finished.
 */
export function moduleDirectory(root: string, release: string, cwd: string): string {
  const places = ['/lib/modules/', '/usr/lib/modules/'].map((place) => absolutePath(`${root}${place}${release}`, cwd));
  const directory = places.find((place) => statOf(place) !== undefined) ?? places[0]!;
  finishOutputs(directory);
  return directory;
}
