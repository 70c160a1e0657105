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

/** Directories that everything is drawn in: made when absent. */
const DIRECTORIES = [
  'run',
  'run/kobox',
  'run/kobox/images',
  'proc',
  'proc/sys',
  'proc/sys/kernel',
  'sys',
  'sys/module',
];

/** Makes the directories of a root. Refuses `/` and a link where a directory should be, so that nothing outside is touched. */
export function makeRoot(root: string): void {
  if (resolve(root) === '/') throw new StateError('the state root may not be /');
  makeDirectories(root);
  for (const name of DIRECTORIES) makeDirectory(join(root, name));
}

function makeDirectory(path: string): void {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found?.isDirectory()) return;
  if (found) throw new StateError(`${path} is not a directory`);
  makeDirectories(path);
}
