import { errnoNumber } from '../../abi/errno.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { MODULE_INIT } from '../../kernel/load-info.ts';
import type { ModuleState } from '../../kernel/module.ts';
import { findModule, moduleRefcount } from '../../kernel/module-references.ts';
import { type Caller, deleteModule, finitModule, initModule } from '../../kernel/syscalls.ts';
import { O_NONBLOCK, O_TRUNC } from '../../kernel/unload.ts';
import { kernfsOrder } from '../../kmod/kernfs-order.ts';
import type { InitState, InsertFlags, ModuleKernel } from '../../kmod/module-kernel.ts';
import type { LoadWatch } from './load-watch.ts';

const STATES: Readonly<Record<ModuleState, InitState | undefined>> = {
  UNFORMED: undefined,
  COMING: 'coming',
  LIVE: 'live',
  GOING: 'going',
};

function initFlags(flags: InsertFlags): number {
  return (
    (flags.ignoreModversions ? MODULE_INIT.IGNORE_MODVERSIONS : 0) |
    (flags.ignoreVermagic ? MODULE_INIT.IGNORE_VERMAGIC : 0)
  );
}

/**
 * Our own kernel, within a change of the machine. `read` gives a module file's bytes, undefined when it cannot;
 * `watch` is shown every load.
 */
export function machineKernel(
  kernel: Kernel,
  caller: Caller,
  read: (path: string) => Uint8Array | undefined,
  watch?: LoadWatch,
): ModuleKernel {
  const find = (name: string) => findModule(kernel, name);
  return {
    initState(name) {
      const module = find(name);
      return module && STATES[module.state];
    },
    referenceCount(name) {
      const module = find(name);
      return module && moduleRefcount(module);
    },
    holders: (name) => kernfsOrder(find(name)?.users ?? []),
    insert(path, flags, parameters) {
      const image = read(path);
      if (image === undefined) return -errnoNumber('ENOENT');
      const errno = finitModule(kernel, image, parameters, initFlags(flags), caller, watch?.begin(kernel));
      watch?.end(kernel, image, errno);
      // libkmod takes ENOSYS for a kernel without finit_module(2), also when a module's init gave it.
      return -(errno === errnoNumber('ENOSYS') ? initModule(kernel, image, parameters, caller) : errno);
    },
    remove: (name, force) => -deleteModule(kernel, name, force ? O_NONBLOCK | O_TRUNC : O_NONBLOCK, caller),
  };
}
