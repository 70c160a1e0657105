import type { Kernel } from '../kernel/kernel.ts';
import * as syscalls from '../kernel/syscalls.ts';
import type { AppletContext } from './applet.ts';
import { changeWithCode } from './guest-change.ts';

/**
 * The module system calls as an applet makes them: each is one change of the machine, by the user of `--uid`.
 * All give 0 or a positive errno; what the kernel said is kept in its log either way.
 */
export interface ModuleCalls {
  /** `args`: a byte string. */
  initModule(image: Uint8Array, args: string): Promise<number>;
  /** `flags`: `MODULE_INIT` of the kernel. */
  finitModule(image: Uint8Array, args: string, flags: number): Promise<number>;
  /** `name`: a byte string. `flags`: O_NONBLOCK, O_TRUNC. */
  deleteModule(name: string, flags: number): Promise<number>;
}

/** The calls on the context's machine. */
export function moduleCalls(context: AppletContext): ModuleCalls {
  const caller = { uid: context.options.uid };
  const change = (call: (kernel: Kernel) => number) => changeWithCode(context, call);
  return {
    initModule: (image, args) => change((kernel) => syscalls.initModule(kernel, image, args, caller)),
    finitModule: (image, args, flags) => change((kernel) => syscalls.finitModule(kernel, image, args, flags, caller)),
    deleteModule: (name, flags) => change((kernel) => syscalls.deleteModule(kernel, name, flags, caller)),
  };
}
