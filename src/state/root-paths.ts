import { lstatSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { makeDirectories } from '../host/make-directories.ts';
import { StateError } from './state-error.ts';

/** Where the truth stands under a state root. */
export function stateDirectory(root: string): string {
  return join(root, 'run/kobox');
}

/** A file of a root by its path as the kernel has it: a byte string, one character a byte. */
export function hostPath(root: string, path: string): Buffer {
  return Buffer.concat([Buffer.from(`${root}/`, 'utf8'), Buffer.from(path, 'latin1')]);
}

/** Directories of the state: made when absent. */
const DIRECTORIES = ['run', 'run/kobox', 'run/kobox/images'];
/** Directories that things are drawn in: each is one, or absent. */
const DRAWN = ['proc', 'proc/sys', 'proc/sys/kernel', 'sys', 'sys/module'];

/** Makes the directories of a root's state. Refuses `/` and a link where a directory should be, so that nothing outside is touched. */
export function makeRoot(root: string): void {
  if (resolve(root) === '/') throw new StateError('the state root may not be /');
  makeDirectories(root);
  for (const name of DIRECTORIES) if (!isDirectory(join(root, name))) makeDirectories(join(root, name));
  for (const name of DRAWN) isDirectory(join(root, name));
}

/** False when nothing is there. Raises StateError when something else is. */
function isDirectory(path: string): boolean {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found && !found.isDirectory()) throw new StateError(`${path} is not a directory`);
  return found !== undefined;
}
