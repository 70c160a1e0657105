import type { MachineOptions } from '../state/machine.ts';
import type { AppletContext } from './applet.ts';

/** Bytes of a task's name that the kernel keeps: `TASK_COMM_LEN` without the NUL. */
const COMM_LENGTH = 15;

/** The context's machine, as the command of this name works on it. */
export function machineOptions({ name, options }: AppletContext): MachineOptions {
  return { root: options.root, init: options.init, comm: name.slice(0, COMM_LENGTH) };
}
