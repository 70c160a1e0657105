import type { Address } from '../../memory/address.ts';
import type { ImageRegion, KernelImage } from './kernel-image.ts';

/** Where the fields of the two structures stand, by pointer size. Source: include/linux/moduleparam.h, module.h. */
interface Shape {
  /** `struct kernel_param`: size, `perm`; its name is first. */
  readonly param: { readonly size: number; readonly perm: number };
  /** `struct module_version_attribute`: size, `module_name`. */
  readonly version: { readonly size: number; readonly name: number };
}

const SHAPES: Readonly<Record<number, Shape>> = {
  4: { param: { size: 20, perm: 12 }, version: { size: 36, name: 28 } },
  8: { param: { size: 40, perm: 24 }, version: { size: 72, name: 56 } },
};

/**
 * Names under /sys/module of built-in code: whatever has a visible parameter or a version. Sorted; empty without sections.
 * Source: kernel/params.c, `param_sysfs_builtin`, `version_sysfs_builtin`.
 */
export function readBuiltinModules(image: KernelImage): string[] {
  const shape = SHAPES[image.pointerSize]!;
  const parameters = readStrings(image, '__param', shape.param.size, 0, shape.param.perm);
  const versions = readStrings(image, '__modver', shape.version.size, shape.version.name);
  const names = [...parameters.map(moduleOfParameter), ...versions];
  return [...new Set(names)].filter((name) => /^[\w.-]+$/.test(name)).sort();
}

/** A parameter without a dot is the kernel's own (`core_param`). */
function moduleOfParameter(name: string): string {
  const dot = name.indexOf('.');
  return dot < 0 ? 'kernel' : name.slice(0, dot);
}

/** The string that a pointer field of each row of a section points to; rows whose `visible` halfword is 0 are left out. */
function readStrings(image: KernelImage, section: string, size: number, field: number, visible?: number): string[] {
  const region = image.section(section);
  if (!region) return [];
  const reader = image.reader(region);
  const found: string[] = [];
  for (const at of rows(region, size)) {
    if (visible !== undefined && (reader.u32(at + visible) & 0xffff) === 0) continue;
    const name = image.string(reader.pointer(at + field) as Address);
    if (name) found.push(name);
  }
  return found;
}

function* rows(region: ImageRegion, size: number): Iterable<number> {
  for (let at = 0; at + size <= region.bytes.length; at += size) yield at;
}
