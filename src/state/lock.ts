import { lstatSync, readdirSync, readlinkSync, symlinkSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { isAlive, processIdentity } from './process-identity.ts';

/**
 * The lock of a state root: symbolic links `lock-N` whose target names the holder, so that making one is one step and
 * nobody ever reads half a name. A holder that was killed is passed over at once by taking the next number.
 */
const PREFIX = 'lock-';
/** A holder of whom nothing can be known (another pid namespace) is believed for this long, whichever way the clock is set. */
const STRANGER_PATIENCE = 30_000;

/** A held lock. */
export interface HeldLock {
  /** When it was taken: milliseconds by the clock of the file system. */
  readonly time: number;
  release(): void;
}

/** Takes the lock when nobody holds it. */
export function tryLock(directory: string): HeldLock | undefined {
  const before = lockNames(directory);
  if (before.some((name) => isHeld(directory, name))) return undefined;
  const mine = `${PREFIX}${1 + before.reduce((most, name) => Math.max(most, Number(name.slice(PREFIX.length))), 0)}`;
  if (!makeLink(directory, mine)) return undefined;
  // Another may have looked before this one was made and taken a different number: who sees the other one steps back.
  const others = lockNames(directory).filter((name) => name !== mine);
  if (others.some((name) => isHeld(directory, name))) {
    removeLink(directory, mine);
    return undefined;
  }
  for (const name of others) removeLink(directory, name);
  return { time: lstatSync(join(directory, mine)).mtimeMs, release: () => removeLink(directory, mine) };
}

/** Whether a living process holds the lock of a directory. */
export function isLocked(directory: string): boolean {
  return lockNames(directory).some((name) => isHeld(directory, name));
}

function lockNames(directory: string): string[] {
  return readdirSync(directory).filter((name) => /^lock-\d+$/.test(name));
}

function isHeld(directory: string, name: string): boolean {
  const path = join(directory, name);
  try {
    const alive = isAlive(readlinkSync(path));
    return alive ?? Math.abs(Date.now() - lstatSync(path).mtimeMs) < STRANGER_PATIENCE;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

function makeLink(directory: string, name: string): boolean {
  try {
    symlinkSync(processIdentity(), join(directory, name));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function removeLink(directory: string, name: string): void {
  try {
    unlinkSync(join(directory, name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
