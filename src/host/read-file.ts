import { readFileSync } from 'node:fs';
import { errnoNumber } from '../abi/errno.ts';
import { isErrnoException } from './errno-exception.ts';

/** The file's bytes, or the errno of what went wrong. `path`: of host-text.ts, `hostPath`. */
export function readFile(path: string | Buffer): Uint8Array | { readonly errno: number } {
  try {
    return readFileSync(path);
  } catch (error) {
    if (isErrnoException(error)) return { errno: errnoNumber(error.code) };
    throw error;
  }
}

/** The file as a byte string (latin-1, one character a byte); undefined when it cannot be read. */
export function readByteString(path: string): string | undefined {
  try {
    return readFileSync(path, 'latin1');
  } catch (error) {
    if (isErrnoException(error)) return undefined;
    throw error;
  }
}
