import { strerror } from '../../abi/errno.ts';
import { hostPath } from '../../host/host-text.ts';
import { readFile } from '../../host/read-file.ts';
import type { AppletContext } from '../applet.ts';
import { InputError } from './input-error.ts';

/** The bytes of a file named on the command line. Raises InputError with the file's name and what went wrong. */
export function requireFile(context: AppletContext, path: string): Uint8Array {
  const file = readFile(hostPath(context.cwd, path));
  if ('errno' in file) throw new InputError(`${path}: ${strerror(file.errno)}`);
  return file;
}
