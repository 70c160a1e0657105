import type { Kernel } from './kernel.ts';
import { loaderDebug } from './log/loader-debug.ts';
import type { Module } from './module.ts';

/** `find_module_all`, kernel/module/main.c; `evenUnformed` as there. */
export function findModule(kernel: Kernel, name: string, evenUnformed = false): Module | undefined {
  return kernel.modules.find((module) => module.name === name && (evenUnformed || module.state !== 'UNFORMED'));
}

/** `module_refcount`: users and explicit references. */
export function moduleRefcount(module: Module): number {
  return module.references + module.users.length;
}

/** `module_unload_init`: the loader holds a reference until init is done. */
export function moduleUnloadInit(module: Module): void {
  module.references = 1;
}

/** `module_put`: one too many takes `MODULE_REF_BASE`, which shows as -1. */
export function modulePut(module: Module): void {
  if (moduleRefcount(module) >= 0) module.references--;
}

/** `try_release_module_ref`: what nobody refers to loses `MODULE_REF_BASE`, and shows -1 for as long as it is there. */
export function releaseModuleBase(module: Module): void {
  if (moduleRefcount(module) === 0) module.references = -1;
}

/** `module_unload_free`: the module gives up those that it uses. */
export function moduleUnloadFree(kernel: Kernel, module: Module): void {
  for (const name of module.uses) {
    loaderDebug(kernel, 'unusing', () => `${module.name} unusing ${name}`);
    const used = findModule(kernel, name, true);
    if (used) used.users = used.users.filter((user) => user !== module.name);
  }
  module.uses = [];
}
