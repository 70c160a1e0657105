import { fortifyNameLength } from './fortify.ts';
import type { Kernel } from './kernel.ts';
import { isConfigured } from './kernel-config.ts';
import { KernelError, StillLoading } from './kernel-error.ts';
import type { LoadInfo } from './load-info.ts';
import { KERN, printk, printkOnce } from './log/printk.ts';
import { addTaintModule, TAINT } from './log/taint.ts';
import { findModule } from './module-references.ts';

/** `blacklisted`: `module_blacklist=` on the kernel's command line. Raises EPERM. */
export function checkBlacklist(kernel: Kernel, info: LoadInfo): void {
  if (!kernel.options.moduleBlacklist.split(',').includes(info.name) || info.name === '') return;
  printk(kernel, KERN.ERR, `Module ${info.name} is blacklisted`);
  throw new KernelError('EPERM');
}

/**
 * `add_unformed_module`: the module's name is taken from now on. Raises EEXIST when it is LIVE, EBUSY when it is going,
 * StillLoading where the kernel waits (`finished_loading`) for one that is still coming.
 */
export function addUnformedModule(kernel: Kernel, info: LoadInfo): void {
  checkNotThere(kernel, info);
  kernel.modules.push(info.module);
}

/** `module_patient_check_exists`: since 6.4 the name is looked at before anything is allocated, too. */
export function checkNotThere(kernel: Kernel, info: LoadInfo): void {
  fortifyNameLength(kernel, info.module.name);
  const old = findModule(kernel, info.module.name, true);
  if (!old) return;
  if (old.state === 'LIVE') throw new KernelError('EEXIST');
  throw old.state === 'GOING' ? new KernelError('EBUSY') : new StillLoading();
}

/** Takes the module from the list again; its name is free. */
export function unlinkModule(kernel: Kernel, info: LoadInfo): void {
  const at = kernel.modules.indexOf(info.module);
  if (at >= 0) kernel.modules.splice(at, 1);
}

/** What `load_module` makes of the signature check's verdict once the module has its place. Sets `signatureOk`, taint. */
export function taintUnsigned(kernel: Kernel, info: LoadInfo): void {
  const { module } = info;
  if (!isConfigured(kernel, 'MODULE_SIG')) return;
  module.signatureOk = info.signatureOk;
  if (info.signatureOk) return;
  const text = 'module verification failed: signature and/or required key missing - tainting kernel';
  printkOnce(kernel, 'module verification failed', KERN.NOTICE, `${module.name}: ${text}`);
  addTaintModule(kernel, module, TAINT.UNSIGNED_MODULE, 'LOCKDEP_STILL_OK');
}
