import { EEXIST, EINVAL } from '../../abi/negative-errno.ts';
import type { Kernel } from '../kernel.ts';
import type { KernelResult } from '../kernel-result.ts';
import { dumpStack, warn } from '../log/dump-stack.ts';
import { hashedPointer } from '../log/hashed-pointer.ts';
import { KERN, printk } from '../log/printk.ts';
import type { Module } from '../module.ts';

/** Permission bits that sysfs accepts: `create_files`, fs/sysfs/group.c. */
const ATTRIBUTE_MODE = 0o664;
/** `SYSFS_PREALLOC`, include/linux/sysfs.h. */
const SYSFS_PREALLOC = 0o10000;

/**
 * `mod_sysfs_setup`, kernel/module/sysfs.c: 0, or a negative error number when the module's directory or its parameters
 * cannot be made. Sections that cannot be shown are left out, and the notes with them.
 * Sets: `module.sections`, `module.notes`.
 */
export function modSysfsSetup(kernel: Kernel, module: Module): KernelResult {
  const error = modSysfsInit(kernel, module) || parameterSetup(kernel, module);
  if (error) return error;
  const twice = duplicate(module.sections.map(({ name }) => name));
  if (twice === undefined) return 0;
  warnDuplicate(kernel, module, 'sections', twice);
  module.sections = [];
  module.notes = [];
  return 0;
}

function modSysfsInit(kernel: Kernel, module: Module): KernelResult {
  if (kernel.profile.builtinModules?.includes(module.name)) {
    printk(kernel, KERN.ERR, `${module.name}: module is already loaded`);
    return EINVAL;
  }
  if (module.name !== '') return 0;
  warn(kernel, {
    place: 'lib/kobject.c:210',
    where: 'kobject_add_internal',
    message: `kobject: (${hashedPointer(module.thisModule)}): attempted to be registered with empty name!`,
    inner: ['modSysfs', 'moduleKobject'],
  });
  return EINVAL;
}

/** `module_param_sysfs_setup`, kernel/params.c, down to `create_files`. */
function parameterSetup(kernel: Kernel, module: Module): KernelResult {
  const seen = new Set<string>();
  for (const { name, permissions } of module.parameters) {
    if (permissions === 0) continue;
    if (permissions & ~(SYSFS_PREALLOC | ATTRIBUTE_MODE)) {
      const message = `Attribute ${name}: Invalid permissions 0${permissions.toString(8)}`;
      warn(kernel, { place: 'fs/sysfs/group.c:61', where: 'internal_create_group', message, inner: ['modSysfs'] });
    }
    if (seen.has(name)) {
      warnDuplicate(kernel, module, 'parameters', name);
      return EEXIST;
    }
    seen.add(name);
  }
  return 0;
}

function duplicate(names: readonly string[]): string | undefined {
  const seen = new Set<string>();
  return names.find((name) => seen.size === seen.add(name).size);
}

/** `sysfs_warn_dup`, fs/sysfs/dir.c. */
function warnDuplicate(kernel: Kernel, module: Module, group: string, name: string): void {
  const path = `/module/${module.name}/${group}/${name}`;
  printk(kernel, KERN.WARNING, `sysfs: cannot create duplicate filename '${path}'`);
  dumpStack(kernel);
}
