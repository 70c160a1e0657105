import type { Kernel } from './kernel.ts';
import type { Module, ModuleLayout } from './module.ts';

/** `MODULE_NAME_LEN` on a 64-bit kernel, include/linux/module.h. */
export const MODULE_NAME_LEN = 56;

/** Offset of a field of `struct module`; undefined when this kernel has no such field, or the profile does not know. */
export function structOffset(kernel: Kernel, field: string): number | undefined {
  return kernel.profile.layout('module')?.offsetOf(field);
}

/** Offset within `struct module` of a field of one of its two `struct module_layout`, which kernels before 6.4 have. */
export function layoutOffset(kernel: Kernel, layout: 'core_layout' | 'init_layout', field: string): number | undefined {
  const start = structOffset(kernel, layout);
  const offset = kernel.profile.layout('module_layout')?.offsetOf(field);
  return start === undefined || offset === undefined ? undefined : start + offset;
}

function emptyLayout(): ModuleLayout {
  return { base: 0, size: 0, textSize: 0, roSize: 0, roAfterInitSize: 0 };
}

/** A module of which nothing is known yet. */
export function newModule(): Module {
  return {
    name: '',
    state: 'UNFORMED',
    core: emptyLayout(),
    init: emptyLayout(),
    taints: 0,
    version: undefined,
    srcversion: undefined,
    references: 0,
    users: [],
    uses: [],
    exports: [],
    parameters: [],
    sections: [],
    notes: [],
    kallsyms: { symtab: 0, count: 0, strtab: 0, typetab: 0 },
    initKallsyms: { symtab: 0, count: 0, strtab: 0, typetab: 0 },
    constructors: [],
    importedNamespaces: [],
    initFunction: 0,
    exitFunction: 0,
    usingGplOnlySymbols: false,
    signatureOk: false,
    args: '',
    thisModule: 0,
    percpu: { base: 0, size: 0 },
  };
}
