import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { makeDirectoriesBelow } from '../host/make-directories.ts';
import { nodeCrypto } from '../host/node-crypto.ts';
import { replaceDurably } from './atomic-file.ts';
import { refuseHostRoot } from './root-paths.ts';

/** Where a machine keeps certificates that were added to its own, one DER file each, below the state root. */
const DIRECTORY = 'etc/keys';
const SUFFIX = '.x509';

/** One added certificate: its file's name without the suffix, and its DER bytes. */
export interface TrustedKey {
  readonly name: string;
  readonly certificate: Uint8Array;
}

/** The certificates added to a machine, by name. A root without any has none. */
export function readTrustedKeys(root: string): TrustedKey[] {
  const directory = join(root, DIRECTORY);
  return listKeys(directory).map((file) => ({
    name: file.slice(0, -SUFFIX.length),
    certificate: readFileSync(join(directory, file)),
  }));
}

/** Adds a DER certificate under a name made of its digest. Returns that name; adding it again changes nothing. */
export function addTrustedKey(root: string, certificate: Uint8Array): string {
  const name = nodeCrypto().createHash('sha256').update(certificate).digest('hex').slice(0, 16);
  const path = join(root, DIRECTORY, name + SUFFIX);
  refuseHostRoot(root);
  makeDirectoriesBelow(root, DIRECTORY);
  replaceDurably(path, certificate);
  return name;
}

/** Removes an added certificate by name; false when there is none of that name. */
export function removeTrustedKey(root: string, name: string): boolean {
  const directory = join(root, DIRECTORY);
  if (!listKeys(directory).includes(name + SUFFIX)) return false;
  rmSync(join(directory, name + SUFFIX));
  return true;
}

function listKeys(directory: string): string[] {
  try {
    return readdirSync(directory)
      .filter((file) => file.endsWith(SUFFIX))
      .sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
