import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { ModuleSource } from '../../check/module-set.ts';
import { decompress, detectCompression } from '../../compression/decompress.ts';
import { InputError } from '../input-error.ts';

const MODULE_FILE = /\.ko(\.(gz|xz|zst|bz2|lzma))?$/;

/** A module file of this host, named as the user named it. */
export function fileSource(cwd: string, file: string): ModuleSource {
  const path = resolve(cwd, file);
  return {
    file,
    read: async () => {
      const bytes = readFileSync(path);
      return detectCompression(bytes) === undefined ? bytes : decompress(bytes);
    },
  };
}

/** All module files below a directory, by path. Raises InputError when there is no such directory. */
export function treeSources(cwd: string, directory: string): ModuleSource[] {
  const top = resolve(cwd, directory);
  if (!statSync(top, { throwIfNoEntry: false })?.isDirectory()) throw new InputError(`${directory}: no such directory`);
  const files = readdirSync(top, { recursive: true, encoding: 'utf8' }).filter((file) => MODULE_FILE.test(file));
  return files.sort().map((file) => fileSource(cwd, join(directory, file)));
}
