import { freeModule } from './free-module.ts';
import type { Kernel } from './kernel.ts';
import { KernelError } from './kernel-error.ts';
import { moduleFlags } from './log/dump-stack.ts';
import { loaderDebug } from './log/loader-debug.ts';
import { addTaint, TAINT } from './log/taint.ts';
import type { Module } from './module.ts';
import { findModule, moduleRefcount, releaseModuleBase } from './module-references.ts';
import { MODULE_NAME_LEN } from './module-struct.ts';
import { setModuleState } from './struct-fields.ts';

/** `O_TRUNC` among the flags of delete_module(2): unload by force. */
export const O_TRUNC = 0o1000;
/** `O_NONBLOCK`: this kernel never waits, with it or without it. */
export const O_NONBLOCK = 0o4000;

/**
 * `sys_delete_module`, kernel/module/main.c, behind its check of the caller's rights. `name` is a byte string.
 * Raises ENOENT, EAGAIN (others use it, or it holds references), EBUSY (loading, unloading, permanent).
 */
export function deleteModule(kernel: Kernel, name: string, flags: number): void {
  const module = isNameFit(name) ? findModule(kernel, name) : undefined;
  if (!module) throw new KernelError('ENOENT');
  if (module.users.length > 0) throw new KernelError('EAGAIN');
  if (module.state !== 'LIVE') {
    loaderDebug(kernel, 'dying', () => `${name} already dying`);
    throw new KernelError('EBUSY');
  }
  if (isPermanent(module) && !tryForceUnload(kernel, flags)) throw new KernelError('EBUSY');
  if (moduleRefcount(module) > 0 && !tryForceUnload(kernel, flags)) throw new KernelError('EAGAIN');
  setModuleState(kernel, module, 'GOING');
  releaseModuleBase(module);
  if (module.exitFunction !== 0) kernel.runner.callExit(kernel, module);
  kernel.runner.notify(kernel, module, 'GOING');
  kernel.lastUnloadedModule = `${module.name}${moduleFlags(module, false)}`;
  freeModule(kernel, module);
}

/** A module with init and without exit cannot be removed. */
export function isPermanent(module: Module): boolean {
  return module.initFunction !== 0 && module.exitFunction === 0;
}

function isNameFit(name: string): boolean {
  return name.length > 0 && name.length < MODULE_NAME_LEN;
}

/** `try_force_unload`. Sets the taint when it is allowed. */
function tryForceUnload(kernel: Kernel, flags: number): boolean {
  if (kernel.profile.config('MODULE_FORCE_UNLOAD') !== 'y' || (flags & O_TRUNC) === 0) return false;
  addTaint(kernel, TAINT.FORCED_RMMOD, 'LOCKDEP_NOW_UNRELIABLE');
  return true;
}
