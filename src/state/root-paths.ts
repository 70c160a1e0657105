import { lstatSync, statSync } from 'node:fs';
import { join } from 'node:path';
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

/** The umask that files of a root are made with: their permission bits are the machine's, whatever the user's umask is. */
export const ROOT_UMASK = 0o022;

/** Does work that makes files of a root with {@link ROOT_UMASK}. */
export function underRootUmask<T>(work: () => T): T {
  const users = process.umask(ROOT_UMASK);
  try {
    return work();
  } finally {
    process.umask(users);
  }
}

/** Raises StateError when a root is the host's own, by whatever name. */
export function refuseHostRoot(root: string): void {
  const found = statSync(root, { throwIfNoEntry: false });
  const top = statSync('/');
  if (found?.ino === top.ino && found.dev === top.dev) throw new StateError('the state root may not be /');
}

/** Makes the directories of a root's state. Refuses `/` and a link where a directory should be, so that nothing outside is touched. */
export function makeRoot(root: string): void {
  refuseHostRoot(root);
  makeDirectories(root);
  underRootUmask(() => {
    for (const name of DIRECTORIES) if (!isDirectory(join(root, name))) makeDirectories(join(root, name));
  });
  for (const name of DRAWN) isDirectory(join(root, name));
}

/** False when nothing is there. Raises StateError when something else is. */
function isDirectory(path: string): boolean {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found && !found.isDirectory()) throw new StateError(`${path} is not a directory`);
  return found !== undefined;
}
