import { existsSync, readdirSync, readFileSync, renameSync, unlinkSync } from 'node:fs';
import { hostPath } from './files.ts';

/**
 * depmod's outputs change as a whole: all are written beside their places, then a marker that lists them gets its name,
 * then each is renamed, then the marker goes. Killed before the marker is there, everything is as it was; after that,
 * whoever looks next finishes the renames.
 */
const PREFIX = 'tmpfile';
const MARKER = `${PREFIX}.commit`;

/** Where a file stands beside its place, and the place: names within one directory. */
export interface CommittedRename {
  readonly temporary: string;
  readonly final: string;
}

/** The path of a directory's marker. */
export function markerPath(directory: string): string {
  return `${directory}/${MARKER}`;
}

/** What a marker says. No name of an output holds a blank or a newline. */
export function markerText(renames: readonly CommittedRename[]): string {
  return renames.map(({ temporary, final }) => `${temporary} ${final}\n`).join('');
}

/** The name of a process's nth temporary file. */
export function temporaryName(pid: number, nth: number): string {
  return `${PREFIX}${pid}-${nth}`;
}

/**
 * Finishes what a killed depmod had decided in this directory. Another process may be doing the same: what is no longer
 * there has been renamed. Where nothing may be written, everything stays as it is.
 */
export function finishOutputs(directory: string): void {
  if (!existsSync(hostPath(markerPath(directory)))) return;
  try {
    for (const { temporary, final } of readMarker(directory)) renameIfThere(directory, temporary, final);
    unlinkIfThere(markerPath(directory));
  } catch (error) {
    if (!['EACCES', 'EPERM', 'EROFS'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}

/** Removes temporary files of processes that are gone. */
export function removeLeftovers(directory: string): void {
  for (const name of readdirSync(hostPath(directory), 'latin1')) {
    const pid = /^tmpfile(\d+)-\d+$/.exec(name)?.[1];
    if (pid !== undefined && !isAlive(Number(pid))) unlinkIfThere(`${directory}/${name}`);
  }
}

/** Only names as depmod makes them are taken: a marker leads nowhere else. */
function readMarker(directory: string): CommittedRename[] {
  const rows = unlessGone(() => readFileSync(hostPath(markerPath(directory)), 'latin1')) ?? '';
  return rows.split('\n').flatMap((row) => {
    const [, temporary, final] = /^(tmpfile\d+-\d+) (modules\.[a-z.]+)$/.exec(row) ?? [];
    return temporary === undefined || final === undefined ? [] : [{ temporary, final }];
  });
}

/** Renames within a directory; what is not there has been renamed by another. */
export function renameIfThere(directory: string, temporary: string, final: string): void {
  unlessGone(() => renameSync(hostPath(`${directory}/${temporary}`), hostPath(`${directory}/${final}`)));
}

/** unlink(2) of a file that may be gone already. */
export function unlinkIfThere(path: string): void {
  unlessGone(() => unlinkSync(hostPath(path)));
}

function unlessGone<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
