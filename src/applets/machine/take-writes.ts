import type { Kernel } from '../../kernel/kernel.ts';
import { TaskKilled } from '../../kernel/task-killed.ts';
import { hasWritesForCode, readMachine, readWithWrites } from '../../state/machine.ts';
import { StateError } from '../../state/state-error.ts';
import type { AppletContext } from '../applet.ts';

/**
 * Lets modules' own code take what was written into their parameters since the last command: for commands that run none
 * themselves and go on to change the machine. Where nothing can be changed, nothing is.
 */
export async function takeWrites(context: AppletContext): Promise<void> {
  const { root, init } = context.options;
  if (init === 'run' && hasWritesForCode(root)) await runCode(context);
}

/** {@link takeWrites} for commands that only look: the machine afterwards. */
export async function readTaken(context: AppletContext): Promise<Kernel> {
  const { kernel, forCode } = readWithWrites(context.options);
  if (context.options.init === 'skip' || !forCode) return kernel;
  await runCode(context);
  return readMachine(context.options);
}

async function runCode(context: AppletContext): Promise<void> {
  const { changeWithCode } = await import('./guest-change.ts');
  try {
    await changeWithCode(context, () => undefined);
  } catch (error) {
    if (!(error instanceof StateError || error instanceof TaskKilled)) throw error;
  }
}
