import { TaskKilled } from '../../kernel/task-killed.ts';
import { hasWritesForCode } from '../../state/machine.ts';
import { StateError } from '../../state/state-error.ts';
import type { AppletContext } from '../applet.ts';

/**
 * Lets modules' own code take what was written into their parameters since the last command: for commands that run none
 * themselves and look at what it says and does. Where nothing can be changed, nothing is.
 */
export async function takeWrites(context: AppletContext): Promise<void> {
  const { root, init } = context.options;
  if (init === 'skip' || !hasWritesForCode(root)) return;
  const { changeWithCode } = await import('./guest-change.ts');
  try {
    await changeWithCode(context, () => undefined);
  } catch (error) {
    if (!(error instanceof StateError || error instanceof TaskKilled)) throw error;
  }
}
