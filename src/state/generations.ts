import { readdirSync, readFileSync, rmSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { publish, syncPath, writeParts } from './atomic-file.ts';
import { StateError } from './state-error.ts';

const NAME = /^state-(\d+)\.json$/;

/** The number of the newest state in a directory; 0 when there is none, also when the directory is absent. */
export function newestGeneration(directory: string): number {
  return stateNumbers(directory).reduce((most, number) => Math.max(most, number), 0);
}

/** The newest state and its number; undefined when there is none. A writer may replace it while this looks. */
export function readNewest(directory: string): { generation: number; text: string } | undefined {
  for (;;) {
    const generation = newestGeneration(directory);
    if (generation === 0) return undefined;
    const text = readGeneration(directory, generation);
    if (text !== undefined) return { generation, text };
  }
}

/** The text of a state; undefined when it is not there. */
export function readGeneration(directory: string, generation: number): string | undefined {
  try {
    return readFileSync(statePath(directory, generation), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * Commits a state: afterwards it is the newest one, and lasting. `needed`: files and directories that must last before
 * it; all is written before the disk is waited for, so that a journal takes one round for all. Raises StateError when
 * another process has committed this number, which the lock prevents wherever it can.
 */
export function commitState(directory: string, generation: number, text: string, needed: readonly string[]): void {
  const beside = join(directory, `state-${generation}.${process.pid}.tmp`);
  try {
    writeParts(beside, [Buffer.from(text, 'utf8')]);
    for (const path of [...needed, beside]) syncPath(path);
    if (!publish(beside, statePath(directory, generation))) {
      throw new StateError('the state was changed by another process at the same time');
    }
  } catch (error) {
    rmSync(beside, { force: true });
    throw error;
  }
  syncPath(directory);
}

/** Removes older states and what killed writers left behind. Requires the lock. */
export function pruneStates(directory: string, generation: number): void {
  for (const name of readdirSync(directory)) {
    const old = NAME.exec(name);
    if (old && Number(old[1]) < generation) unlinkSync(join(directory, name));
  }
  removeUnfinished(directory);
}

/** Removes what writers were making. Requires the lock. */
export function removeUnfinished(directory: string): void {
  for (const name of readdirSync(directory).filter((found) => found.endsWith('.tmp'))) {
    rmSync(join(directory, name), { recursive: true, force: true });
  }
}

function stateNumbers(directory: string): number[] {
  return namesIn(directory).flatMap((name) => {
    const found = NAME.exec(name);
    return found ? [Number(found[1])] : [];
  });
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

function statePath(directory: string, generation: number): string {
  return join(directory, `state-${generation}.json`);
}
