import {
  closeSync,
  existsSync,
  fsync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  utimesSync,
  writeSync,
} from 'node:fs';
import { promisify } from 'node:util';
import {
  finishOutputs,
  markerPath,
  markerText,
  removeLeftovers,
  renameIfThere,
  temporaryName,
  unlinkIfThere,
} from '../output-commit.ts';
import { hostName } from './find-modules.ts';
import type { OutputFile } from './outputs.ts';

const MODE = 0o644;
/** Makes names of temporary files differ within one process. */
let temporaries = 0;
const syncFile = promisify(fsync);

/** A file written beside its place: names within the directory. */
interface Pending {
  readonly temporary: string;
  readonly final: string;
  readonly descriptor: number;
  /** Done once it is on the disk. */
  synced: Promise<void>;
}

/** The files are in their places. */
export interface Published {
  /** Done once their names are on the disk, as far as that can be had. */
  readonly synced: Promise<void>;
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
 * Puts the files in their places so that the next command, also after a crash, finds all of them old or all of them new:
 * written beside, synced (the disk does that while the next file is made), a marker of what is to be renamed, the renames, the
 * directory synced (`output-commit.ts`). A file that already holds these bytes only gets a new modification time.
 * Fails with PublishError; then nothing that was written beside is left, and no file has been replaced. When the renaming
 * itself fails, what is left lets the next command finish it, as after a crash.
 */
export async function publish(directory: string, files: Iterable<OutputFile>): Promise<Published> {
  attempt(`could not create directory ${directory}`, () =>
    mkdirSync(hostName(directory), { recursive: true, mode: 0o755 }),
  );
  const pending: Pending[] = [];
  try {
    finishOutputs(directory);
    removeLeftovers(directory);
    for (const file of files) {
      if (!isSame(`${directory}/${file.name}`, file.bytes)) writeBeside(directory, file, pending);
    }
    const renames = [...pending];
    if (renames.length > 1) writeBeside(directory, markerFile(renames), pending);
    await Promise.all(pending.map(({ synced }) => synced));
    if (renames.length > 1) await commit(directory, pending.at(-1)!);
    for (const { temporary, final } of renames) {
      attempt(`publish temporary from ${directory}/${temporary} to ${directory}/${final}`, () =>
        renameIfThere(directory, temporary, final),
      );
    }
    unlinkIfThere(markerPath(directory));
  } catch (error) {
    const isCommitted = existsSync(hostName(markerPath(directory)));
    if (!isCommitted) for (const { temporary } of pending) removeIfPossible(`${directory}/${temporary}`);
    const isDefect = (error as NodeJS.ErrnoException).code === undefined;
    throw isDefect || error instanceof PublishError ? error : asPublishError(`could not write to ${directory}`, error);
  } finally {
    await Promise.allSettled(pending.map(({ synced }) => synced));
    for (const { descriptor } of pending) closeSync(descriptor);
  }
  return { synced: pending.length > 0 ? syncDirectory(directory).catch(() => undefined) : Promise.resolve() };
}

function markerFile(renames: readonly Pending[]): OutputFile {
  return { name: '', bytes: Buffer.from(markerText(renames), 'latin1') };
}

/** Names the marker, for good: from here on the outputs are the new ones. */
async function commit(directory: string, { temporary }: Pending): Promise<void> {
  renameSync(hostName(`${directory}/${temporary}`), hostName(markerPath(directory)));
  await syncDirectory(directory);
}

function writeBeside(directory: string, { name, bytes }: OutputFile, pending: Pending[]): void {
  const temporary = temporaryName(process.pid, temporaries++);
  const path = `${directory}/${temporary}`;
  /* A killed run with this process's number may have left one. */
  removeIfPossible(path);
  const descriptor = attempt(`Could not create temporary file at '${directory}'`, () =>
    openSync(hostName(path), 'wx', MODE),
  );
  const file: Pending = { temporary, final: name, descriptor, synced: Promise.resolve() };
  pending.push(file);
  attempt(`Could not create index '${name}'. Output is truncated`, () => {
    for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at);
  });
  file.synced = syncFile(descriptor);
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

async function syncDirectory(directory: string): Promise<void> {
  const descriptor = openSync(hostName(directory), 'r');
  await syncFile(descriptor).finally(() => closeSync(descriptor));
}

function removeIfPossible(path: string): void {
  try {
    unlinkIfThere(path);
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
