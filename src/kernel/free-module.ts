import type { Kernel } from './kernel.ts';
import { freeModuleMemory } from './memory/strict-rwx.ts';
import type { Module } from './module.ts';
import { moduleUnloadFree } from './module-references.ts';
import { destroyParams } from './params/params.ts';

/** `free_module`, kernel/module/main.c: takes a module off the list and gives back all that it holds. */
export function freeModule(kernel: Kernel, module: Module): void {
  module.state = 'UNFORMED';
  moduleUnloadFree(kernel, module);
  destroyParams(kernel, module);
  kernel.modules.splice(kernel.modules.indexOf(module), 1);
  freeModuleMemory(kernel, module.init);
  module.percpu = { base: 0, size: 0 };
  freeModuleMemory(kernel, module.core);
}
