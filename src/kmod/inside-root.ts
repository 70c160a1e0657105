import { realpathSync } from 'node:fs';
import { absolutePath, hostPath, statOf } from './files.ts';

const VERSION_DIRECTORY = /\/(?:usr\/)?lib\/modules\/[^/]+\/*$/;

/**
 * Where a file stands that an index names: below the version directory, or, by an absolute path, below the root of that
 * directory. A path that is not there is taken as it is.
 */
export function indexedPath(path: string, versionDirectory: string): string {
  const below = versionDirectory.replace(VERSION_DIRECTORY, '') + path;
  return path.startsWith('/') && statOf(below) !== undefined ? below : absolutePath(path, versionDirectory);
}

/**
 * Whether a file that an index names may be taken: it lies below the root of its version directory, or below the
 * directory itself where that is a link, all links followed. What is not there leads nowhere.
 */
export function isInsideRoot(path: string, versionDirectory: string): boolean {
  const real = realPath(path);
  if (real === undefined) return true;
  const places = [versionDirectory, versionDirectory.replace(VERSION_DIRECTORY, '/')];
  return places.some((place) => isBelow(real, realPath(place)));
}

function isBelow(path: string, directory: string | undefined): boolean {
  return directory !== undefined && path.startsWith(directory === '/' ? '/' : `${directory}/`);
}

function realPath(path: string): string | undefined {
  try {
    return realpathSync(hostPath(path), 'buffer').toString('latin1');
  } catch {
    return undefined;
  }
}
