import { closeSync, fsyncSync, linkSync, openSync, renameSync, rmSync, unlinkSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/** Makes a file of these parts, or none when they cannot be written. It lasts only after {@link syncPath}. */
export function writeParts(path: string, parts: readonly Uint8Array[]): void {
  const fd = openSync(path, 'w', 0o644);
  try {
    for (const part of parts) writeAll(fd, part);
  } catch (error) {
    rmSync(path, { force: true });
    throw Object.assign(error as Error, { path });
  } finally {
    closeSync(fd);
  }
}

/** Puts a file in its place, whole or not at all, and lasting. What stands beside it, a link say, is never written through. */
export function replaceDurably(path: string, bytes: Uint8Array): void {
  const beside = `${path}.new`;
  rmSync(beside, { force: true });
  try {
    writeParts(beside, [bytes]);
    syncPath(beside);
    renameSync(beside, path);
  } catch (error) {
    rmSync(beside, { force: true });
    throw error;
  }
  syncPath(dirname(path));
}

/** Gives a finished file its name, which must not be taken yet: false when it is. */
export function publish(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    unlinkSync(from);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'EOPNOTSUPP') throw error;
  }
  renameSync(from, to);
  return true;
}

/** Makes a file's contents, or the names in a directory, last: when this returns, a power loss does not take them. */
export function syncPath(path: string): void {
  const fd = openSync(path, 'r');
  try {
    fsyncSync(fd);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EINVAL') throw error;
  } finally {
    closeSync(fd);
  }
}

function writeAll(fd: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done, bytes.length - done);
}
