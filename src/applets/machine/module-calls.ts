import type { Kernel } from '../../kernel/kernel.ts';
import type { LoadTrace } from '../../kernel/load-trace.ts';
import * as syscalls from '../../kernel/syscalls.ts';
import { changeMachine } from '../../state/machine.ts';
import { untilLoaded } from '../../state/until-loaded.ts';
import type { AppletContext } from '../applet.ts';
import { changeWithCode, changeWithPrograms } from './guest-change.ts';
import type { LoadWatch } from './load-watch.ts';

/**
 * The module system calls as an applet makes them: each is one change of the machine, by the user of `--uid`.
 * All give 0 or a positive errno, which a module's init may have chosen beyond `MAX_ERRNO`: libc takes that for success.
 * What the kernel said is kept in its log either way.
 */
export interface ModuleCalls {
  /** `args`: a byte string. */
  initModule(image: Uint8Array, args: string): Promise<number>;
  /** `flags`: `MODULE_INIT` of the kernel. */
  finitModule(image: Uint8Array, args: string, flags: number): Promise<number>;
  /** `name`: a byte string. `flags`: O_NONBLOCK, O_TRUNC. */
  deleteModule(name: string, flags: number): Promise<number>;
}

/** From this size on most of a load is loops over the image, each run once. */
const LARGE = 4 << 20;

/** The calls on the context's machine. `watch` is shown what a load does. */
export function moduleCalls(context: AppletContext, watch?: LoadWatch): ModuleCalls {
  const caller = { uid: context.options.uid, waits: true };
  const change = (call: (kernel: Kernel) => number | Promise<number>) => {
    if (context.options.init === 'skip') return changeMachine({ ...context.options, comm: context.name }, call);
    return watch ? changeWithPrograms(context, call) : changeWithCode(context, call);
  };
  const load = (image: Uint8Array, call: (kernel: Kernel, trace?: LoadTrace) => number) =>
    untilLoaded(context.options.root, () =>
      change(async (kernel) => {
        if (image.length >= LARGE) (await import('../../host/compile-less.ts')).compileLess();
        const errno = call(kernel, watch?.begin(kernel));
        watch?.end(kernel, image, errno);
        return errno;
      }),
    );
  return {
    initModule: (image, args) =>
      load(image, (kernel, trace) => syscalls.initModule(kernel, image, args, caller, trace)),
    finitModule: (image, args, flags) =>
      load(image, (kernel, trace) => syscalls.finitModule(kernel, image, args, flags, caller, trace)),
    deleteModule: (name, flags) => change((kernel) => syscalls.deleteModule(kernel, name, flags, caller)),
  };
}
