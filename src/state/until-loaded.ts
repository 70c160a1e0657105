import { pause } from '../host/pause.ts';
import { StillLoading } from '../kernel/kernel-error.ts';
import { newestGeneration } from './generations.ts';
import { stateDirectory } from './root-paths.ts';

/** Milliseconds between two looks at the state. */
const WAIT = 100;

/**
 * Does work that loads modules, as a caller with `waits`; when a module of the same name is on its way in, waits without
 * the lock until another command has changed the machine, and begins anew (kernel: `finished_loading`). A module whose
 * init died stays on its way in for good: only a signal, or a boot by another command, ends the wait then.
 */
export async function untilLoaded<T>(root: string, work: () => Promise<T>): Promise<T> {
  const directory = stateDirectory(root);
  for (;;) {
    const generation = newestGeneration(directory);
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof StillLoading)) throw error;
    }
    while (newestGeneration(directory) === generation) await pause(WAIT);
  }
}
