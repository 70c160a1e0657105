import { existsSync, lstatSync, mkdirSync, realpathSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * mkdir -p. Node's own says "No such file or directory" of a file system that cannot be written; this raises the error of
 * the directory that could not be made.
 */
export function makeDirectories(path: string): void {
  try {
    mkdirSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' && !existsSync(dirname(path))) {
      makeDirectories(dirname(path));
      makeDirectories(path);
    } else if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw error;
  }
}

/**
 * Makes a directory below a root. Raises ENOTDIR for a link on the way that leads out of the root: what is written there
 * would be written elsewhere.
 */
export function makeDirectoriesBelow(root: string, path: string): void {
  makeDirectories(root);
  const limit = `${realpathSync(root)}/`;
  let place = root;
  for (const part of path.split('/')) {
    place = join(place, part);
    const found = lstatSync(place, { throwIfNoEntry: false });
    if (!found) mkdirSync(place);
    else if (found.isSymbolicLink() ? !leadsBelow(place, limit) : !found.isDirectory()) {
      throw Object.assign(new Error('ENOTDIR: not a directory of the root'), { code: 'ENOTDIR', path: place });
    }
  }
}

function leadsBelow(link: string, limit: string): boolean {
  return (
    statSync(link, { throwIfNoEntry: false })?.isDirectory() === true && `${realpathSync(link)}/`.startsWith(limit)
  );
}
