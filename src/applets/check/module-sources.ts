import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { strerror } from '../../abi/errno.ts';
import type { ModuleSource } from '../../check/module-set.ts';
import { decompress, detectCompression } from '../../compression/decompress.ts';
import { hostPath } from '../../host/host-text.ts';
import { readFile } from '../../host/read-file.ts';
import { InputError } from '../command-line/input-error.ts';

const MODULE_FILE = /\.ko(\.(gz|xz|zst|bz2|lzma))?$/;

/** Bytes of a file's beginning that are kept. */
const HEAD = 16;

/** A module file of this host, named as the user named it. */
export function fileSource(cwd: string, file: string): ModuleSource {
  const path = hostPath(cwd, file);
  let head = new Uint8Array(0);
  return {
    file,
    read: async () => {
      const bytes = readFile(path);
      if ('errno' in bytes) throw new InputError(`${strerror(bytes.errno)}.`);
      head = new Uint8Array(bytes.subarray(0, HEAD));
      return detectCompression(bytes) === undefined ? bytes : decompress(bytes);
    },
    head: () => head,
  };
}

/** All module files below a directory, by path. Raises InputError when there is no such directory. */
export function treeSources(cwd: string, directory: string): ModuleSource[] {
  const top = hostPath(cwd, directory);
  if (!statSync(top, { throwIfNoEntry: false })?.isDirectory()) throw new InputError(`${directory}: no such directory`);
  const files = readdirSync(top, { recursive: true, encoding: 'utf8' }).filter((file) => MODULE_FILE.test(file));
  return files.sort().map((file) => fileSource(cwd, join(directory, file)));
}
