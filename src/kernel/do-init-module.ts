import { freeModule } from './free-module.ts';
import { doOneInitcall } from './initcall.ts';
import type { Kernel } from './kernel.ts';
import type { KernelResult } from './kernel-result.ts';
import { dumpStack } from './log/dump-stack.ts';
import { KERN, printk } from './log/printk.ts';
import { freeModuleMemory, protectRoAfterInit } from './memory/strict-rwx.ts';
import type { Module } from './module.ts';
import { modulePut } from './module-references.ts';
import { setModuleState } from './struct-fields.ts';

/**
 * `do_init_module`, kernel/module/main.c: runs the constructors and init of a COMING module.
 * Returns 0 with the module LIVE and its init part freed, or the negative number that init gave with the module gone.
 * What the runner raises (a dead task) leaves the module COMING, as in the kernel.
 */
export function doInitModule(kernel: Kernel, module: Module): KernelResult {
  kernel.runner.callConstructors(kernel, module, module.constructors);
  const result = module.initFunction === 0 ? 0 : doOneInitcall(kernel, module);
  if (result < 0) {
    undo(kernel, module);
    return result;
  }
  if (result > 0) complain(kernel, module, result);
  setModuleState(kernel, module, 'LIVE');
  kernel.runner.notify(kernel, module, 'LIVE');
  modulePut(module);
  protectRoAfterInit(kernel, module);
  freeInit(kernel, module);
  return 0;
}

function undo(kernel: Kernel, module: Module): void {
  setModuleState(kernel, module, 'GOING');
  modulePut(module);
  kernel.runner.notify(kernel, module, 'GOING');
  freeModule(kernel, module);
}

function complain(kernel: Kernel, module: Module, result: number): void {
  const what = `'${module.name}'->init suspiciously returned ${result}, it should follow 0/-E convention`;
  printk(kernel, KERN.WARNING, `do_init_module: ${what}\ndo_init_module: loading module anyway...`);
  dumpStack(kernel, ['complaint']);
}

function freeInit(kernel: Kernel, module: Module): void {
  freeModuleMemory(kernel, module.init);
  Object.assign(module.init, { base: 0, size: 0, textSize: 0, roSize: 0, roAfterInitSize: 0 });
}
