import {
  closeSync,
  fsync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  unlinkSync,
  utimesSync,
  writeSync,
} from 'node:fs';
import { promisify } from 'node:util';
import { hostName } from './find-modules.ts';
import type { OutputFile } from './outputs.ts';

const MODE = 0o644;
/** Makes names of temporary files differ within one process. */
let temporaries = 0;
const syncFile = promisify(fsync);

/** A file written beside its place. */
interface Pending {
  readonly temporary: string;
  readonly final: string;
  readonly descriptor: number;
}

/** Which system call on which file failed; `code` is the errno's name. */
export class PublishError extends Error {
  readonly code: string;

  constructor(message: string, code: string) {
    super(message);
    this.name = 'PublishError';
    this.code = code;
  }
}

/**
 * Puts the files in their places so that a reader, or the next command after a crash, finds each one old or new, never
 * half: written beside, synced (all at once: the disk does them together), renamed, the directory synced. A file that
 * already holds these bytes only gets a new modification time.
 * Fails with PublishError; then nothing that was written beside is left, and no file has been replaced unless the
 * renaming itself failed.
 */
export async function publish(directory: string, files: readonly OutputFile[]): Promise<void> {
  attempt(`could not create directory ${directory}`, () =>
    mkdirSync(hostName(directory), { recursive: true, mode: 0o755 }),
  );
  const pending: Pending[] = [];
  try {
    for (const file of files) {
      if (isSame(`${directory}/${file.name}`, file.bytes)) continue;
      writeBeside(directory, file, pending);
    }
    await Promise.all(pending.map(({ descriptor }) => syncFile(descriptor)));
    for (const { temporary, final } of pending) {
      attempt(`publish temporary from ${temporary} to ${final}`, () =>
        renameSync(hostName(temporary), hostName(final)),
      );
    }
  } catch (error) {
    for (const { temporary } of pending) removeIfThere(temporary);
    throw error instanceof PublishError ? error : asPublishError(`could not write to ${directory}`, error);
  } finally {
    for (const { descriptor } of pending) closeSync(descriptor);
  }
  if (pending.length > 0) syncDirectory(directory);
}

function writeBeside(directory: string, file: OutputFile, pending: Pending[]): void {
  const final = `${directory}/${file.name}`;
  const temporary = `${directory}/tmpfile${process.pid.toString(36)}${(temporaries++).toString(36)}`;
  /* A killed run with this process's number may have left one. */
  removeIfThere(temporary);
  const descriptor = attempt(`Could not create temporary file at '${directory}'`, () =>
    openSync(hostName(temporary), 'wx', MODE),
  );
  pending.push({ temporary, final, descriptor });
  attempt(`Could not create index '${file.name}'. Output is truncated`, () => {
    for (let at = 0; at < file.bytes.length; ) at += writeSync(descriptor, file.bytes, at);
  });
}

/** A regular file of ours with these bytes: touched, and done with. */
function isSame(path: string, bytes: Uint8Array): boolean {
  try {
    const stat = lstatSync(hostName(path));
    if (!stat.isFile() || stat.nlink !== 1 || stat.size !== bytes.length || (stat.mode & 0o777) !== MODE) return false;
    if (Buffer.compare(readFileSync(hostName(path)), bytes) !== 0) return false;
    const now = new Date();
    utimesSync(hostName(path), now, now);
    return true;
  } catch {
    return false;
  }
}

function syncDirectory(directory: string): void {
  const descriptor = openSync(hostName(directory), 'r');
  fsync(descriptor, () => closeSync(descriptor));
}

function removeIfThere(path: string): void {
  try {
    unlinkSync(hostName(path));
  } catch {}
}

function attempt<T>(what: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw asPublishError(what, error);
  }
}

function asPublishError(what: string, error: unknown): PublishError {
  return new PublishError(what, (error as NodeJS.ErrnoException).code ?? 'EIO');
}
