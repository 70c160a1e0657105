import { type Permissions, READ_EXECUTE, READ_ONLY, READ_WRITE } from '../../memory/mapping.ts';
import type { Kernel } from '../kernel.ts';
import type { MemoryType, Module, ModuleLayout } from '../module.ts';

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

const PERMISSIONS: Readonly<Record<MemoryType, Permissions>> = {
  TEXT: READ_EXECUTE,
  DATA: READ_WRITE,
  RODATA: READ_ONLY,
  RO_AFTER_INIT: READ_WRITE,
};

/**
 * Cuts the one writable mapping of a layout that is being loaded into text, read-only, read-only after init and
 * writable parts, all within the same host buffer (kernel: `module_enable_ro(mod, false)`, `module_enable_nx`,
 * `module_enable_x`, kernel/module/strict_rwx.c).
 */
function protectLayout(kernel: Kernel, layout: ModuleLayout, name: string): void {
  const whole = kernel.memory.find(layout.base);
  if (!whole || layout.size === 0) return;
  kernel.memory.unmap(layout.base);
  for (const { type, start, size } of layout.parts ?? []) {
    const bytes = whole.bytes.subarray(start, start + size);
    kernel.memory.map(layout.base + start, bytes, PERMISSIONS[type], `${name} ${type.toLowerCase()}`);
  }
  if (layout.parts) return;
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
  const { base, roSize, roAfterInitSize, parts } = module.core;
  const start = parts ? parts.find(({ type }) => type === 'RO_AFTER_INIT')?.start : roSize;
  if (start === undefined || (!parts && roAfterInitSize === roSize)) return;
  const mapping = kernel.memory.find(base + start);
  if (mapping) mapping.permissions = READ_ONLY;
}

/** Unmaps all of a layout (kernel: `module_memfree`). Its fields stay as they are. */
export function freeModuleMemory(kernel: Kernel, layout: ModuleLayout): void {
  const end = layout.base + layout.size;
  for (const { base } of [...kernel.memory.mappings]) {
    if (layout.size > 0 && base >= layout.base && base < end) kernel.memory.unmap(base);
  }
}
