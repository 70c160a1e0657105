import { readdirSync, readFileSync, type Stats, statSync } from 'node:fs';

/**
 * File access by byte-string paths (one char a byte), so that names and contents of any encoding pass unchanged.
 * None of these raises for a file that cannot be read: what the tools do then is silence.
 */

/** The path as node:fs takes it, byte for byte. */
export function hostPath(path: string): Buffer {
  return Buffer.from(path, 'latin1');
}

/** The file's bytes; undefined when it cannot be read. */
export function readBytes(path: string): Buffer | undefined {
  try {
    return readFileSync(hostPath(path));
  } catch {
    return undefined;
  }
}

/** The file as a byte string; undefined when it cannot be read. */
export function readByteString(path: string): string | undefined {
  return readBytes(path)?.toString('latin1');
}

/** stat(2), following links; undefined when it fails. */
export function statOf(path: string): Stats | undefined {
  try {
    return statSync(hostPath(path), { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

/** The names in a directory in byte order (readdir(3)'s own order is not reproducible); undefined when unreadable. */
export function namesIn(directory: string): string[] | undefined {
  try {
    return readdirSync(hostPath(directory), 'latin1').sort();
  } catch {
    return undefined;
  }
}

/** Where a relative path leads from `cwd`: joined, not normalised (kmod: `path_make_absolute_cwd`). */
export function absolutePath(path: string, cwd: string): string {
  return path.startsWith('/') ? path : `${cwd}/${path}`;
}
