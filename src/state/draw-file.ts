import {
  chmodSync,
  closeSync,
  existsSync,
  fchmodSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  type Stats,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { S_IWUGO } from '../abi/file-mode.ts';
import type { VirtualFile } from '../kernel/files/virtual-file.ts';
import { hostPath, ROOT_UMASK, stateDirectory } from './root-paths.ts';
import type { WrittenFiles } from './written-files.ts';

/**
 * Puts one file of proc/ or sys/ on disk: written beside and renamed, so that a reader sees the old text or the new one.
 * One that somebody has written into meanwhile stays for the next command.
 */
export function drawFile(root: string, file: VirtualFile, files: WrittenFiles): void {
  const path = hostPath(root, file.path);
  if (file.kind === 'directory') {
    makeFolder(root, file.path, files);
    return;
  }
  makeFolder(root, parentOf(file.path), files);
  const found = lstatSync(path, { throwIfNoEntry: false });
  if ((found && isDrawn(found, path, file)) || files.isWritten(path)) return;
  if (found) replace(root, path, file);
  else renameSync(makeBeside(root, file), path);
}

/** Makes a directory of proc/ or sys/. A link in the place of one, which may lead out of the root, is taken away. */
export function makeFolder(root: string, folder: string, files: WrittenFiles): void {
  if (folder === '' || files.folders.has(folder)) return;
  makeFolder(root, parentOf(folder), files);
  const path = hostPath(root, folder);
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found && !found.isDirectory()) rmSync(path);
  if (!found?.isDirectory()) mkdirSync(path);
  files.folders.add(folder);
}

/** Puts a large file that nobody may write into on disk, without a look at what stands there. */
export function drawBytes(root: string, path: string, mode: number, bytes: Uint8Array): void {
  const beside = onFreePath(besidePath(root), (free) => writeNew(free, bytes, mode));
  renameSync(beside, hostPath(root, path));
}

/** Puts a file or a link where nothing is yet; the directory must be there. */
function drawNewFile(path: Buffer, file: VirtualFile): void {
  if (file.kind === 'link') symlinkSync(Buffer.from(file.contents ?? '', 'latin1'), path);
  else writeNew(path, Buffer.from(file.contents ?? '', 'latin1'), file.mode);
}

/** Makes a directory that is not there: all of it out of sight, then it gets its name. */
export function drawWhole(root: string, base: string, files: readonly VirtualFile[]): void {
  const aside = join(stateDirectory(root), `new-${process.pid}.tmp`);
  if (existsSync(aside)) rmSync(aside, { recursive: true });
  const made = new Set<string>();
  const makeInside = (folder: string): void => {
    if (made.has(folder)) return;
    if (folder !== '') makeInside(parentOf(folder));
    mkdirSync(hostPath(aside, folder));
    made.add(folder);
  };
  for (const file of files) {
    const inside = file.path.slice(base.length + 1);
    makeInside(file.kind === 'directory' ? inside : parentOf(inside));
    if (file.kind !== 'directory') drawNewFile(hostPath(aside, inside), file);
  }
  renameSync(aside, hostPath(root, base));
}

/** The directory that a path stands in; `` at the top. */
function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

function writeNew(path: Buffer, bytes: Uint8Array, mode: number): void {
  const fd = openSync(path, 'wx', mode);
  try {
    for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done);
    if (mode & ROOT_UMASK) fchmodSync(fd, mode);
  } finally {
    closeSync(fd);
  }
}

/** The text of a drawn file as it stands on disk, also when its mode forbids its owner to read it; undefined: absent. */
export function readDrawn(path: Buffer): string | undefined {
  try {
    return readFileSync(path, 'latin1');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'EISDIR' || code === 'ENOTDIR') return undefined;
    if (code !== 'EACCES') throw error;
  }
  const mode = lstatSync(path).mode & 0o7777;
  chmodSync(path, mode | 0o400);
  try {
    return readFileSync(path, 'latin1');
  } finally {
    chmodSync(path, mode);
  }
}

function isDrawn(found: Stats, path: Buffer, file: VirtualFile): boolean {
  if (file.contents === undefined) return true;
  if (file.kind === 'link') {
    return found.isSymbolicLink() && readlinkSync(path, 'latin1') === file.contents;
  }
  return found.isFile() && (found.mode & 0o777) === file.mode && readDrawn(path) === file.contents;
}

/** Where a file is made before it gets its name. */
function besidePath(root: string): Buffer {
  return Buffer.from(join(stateDirectory(root), `draw-${process.pid}.tmp`), 'utf8');
}

function makeBeside(root: string, file: VirtualFile): Buffer {
  return onFreePath(besidePath(root), (free) => drawNewFile(free, file));
}

/** Makes something at a path; what a killed command of the same pid left there is removed. */
function onFreePath(path: Buffer, make: (path: Buffer) => void): Buffer {
  try {
    make(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    rmSync(path);
    make(path);
  }
  return path;
}

function replace(root: string, path: Buffer, file: VirtualFile): void {
  const beside = makeBeside(root, file);
  if (file.mode & S_IWUGO) renameOver(beside, path);
  else renameSync(beside, path);
}

/** The file, unless its mode forbids its owner to read it. */
function openReadable(path: Buffer): number | undefined {
  try {
    return openSync(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EACCES') return undefined;
    throw error;
  }
}

/** Somebody may write into the old file at this very moment: what came after the last look goes into the new one. */
function renameOver(beside: Buffer, path: Buffer): void {
  const before = readDrawn(path);
  const old = before === undefined ? undefined : openReadable(path);
  renameSync(beside, path);
  if (old === undefined) return;
  const after = readFileSync(old, 'latin1');
  closeSync(old);
  if (after !== before) writeFileSync(path, after, 'latin1');
}
