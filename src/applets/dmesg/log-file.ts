import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { errnoNumber, strerror } from '../../abi/errno.ts';
import { isErrnoException } from '../../host/errno-exception.ts';
import type { AppletContext } from '../applet.ts';
import { InputError } from '../command-line/input-error.ts';

/** A file of the host as a byte string. Raises InputError in the words of util-linux's `mmap_file_buffer`. */
export function readLogFile({ cwd }: AppletContext, name: string): string {
  const descriptor = openLog(resolve(cwd, name), name);
  try {
    const found = fstatSync(descriptor);
    if (found.isDirectory()) throw refuse('cannot mmap:', name, 'ENODEV');
    const text = found.isFile() ? readFileSync(descriptor, 'latin1') : '';
    if (text === '') throw refuse('cannot mmap:', name, 'EINVAL');
    return text;
  } finally {
    closeSync(descriptor);
  }
}

function openLog(path: string, name: string): number {
  try {
    return openSync(path, 'r');
  } catch (error) {
    if (!isErrnoException(error)) throw error;
    throw refuse('cannot open', name, error.code);
  }
}

function refuse(what: string, name: string, code: string): InputError {
  return new InputError(`${what} ${name}: ${strerror(errnoNumber(code as Parameters<typeof errnoNumber>[0]))}`);
}
