import { type Permissions, READ_EXECUTE, READ_ONLY, READ_WRITE } from '../memory/address-space.ts';
import type { Kernel } from './kernel.ts';
import type { Module, ModuleLayout } from './module.ts';

/** Where one kind of contents ends within a layout, and what strict_rwx makes of it. */
interface Region {
  readonly suffix: string;
  readonly end: (layout: ModuleLayout) => number;
  readonly permissions: Permissions;
}

const REGIONS: readonly Region[] = [
  { suffix: 'text', end: (layout) => layout.textSize, permissions: READ_EXECUTE },
  { suffix: 'rodata', end: (layout) => layout.roSize, permissions: READ_ONLY },
  { suffix: 'ro_after_init', end: (layout) => layout.roAfterInitSize, permissions: READ_WRITE },
  { suffix: 'data', end: (layout) => layout.size, permissions: READ_WRITE },
];

/**
 * Cuts the one writable mapping of a layout that is being loaded into text, read-only, read-only after init and
 * writable parts, all within the same host buffer (kernel: `module_enable_ro(mod, false)`, `module_enable_nx`,
 * `module_enable_x`, kernel/module/strict_rwx.c).
 */
function protectLayout(kernel: Kernel, layout: ModuleLayout, name: string): void {
  const whole = kernel.memory.find(layout.base);
  if (!whole || layout.size === 0) return;
  kernel.memory.unmap(layout.base);
  let start = 0;
  for (const { suffix, end, permissions } of REGIONS) {
    const stop = end(layout);
    if (stop <= start) continue;
    kernel.memory.map(layout.base + start, whole.bytes.subarray(start, stop), permissions, `${name} ${suffix}`);
    start = stop;
  }
}

/** Protects the core and init parts of a module that is about to become COMING. */
export function enableModuleProtection(kernel: Kernel, module: Module): void {
  protectLayout(kernel, module.core, module.name);
  protectLayout(kernel, module.init, `${module.name} init`);
}

/** Makes the read-only-after-init part read-only, once init has run (kernel: `module_enable_ro(mod, true)`). */
export function protectRoAfterInit(kernel: Kernel, module: Module): void {
  const { base, roSize, roAfterInitSize } = module.core;
  if (roAfterInitSize === roSize) return;
  const mapping = kernel.memory.find(base + roSize);
  if (mapping) mapping.permissions = READ_ONLY;
}

/** Unmaps all of a layout (kernel: `module_memfree`). Its fields stay as they are. */
export function freeModuleMemory(kernel: Kernel, layout: ModuleLayout): void {
  const end = layout.base + layout.size;
  for (const { base } of [...kernel.memory.mappings]) {
    if (layout.size > 0 && base >= layout.base && base < end) kernel.memory.unmap(base);
  }
}
