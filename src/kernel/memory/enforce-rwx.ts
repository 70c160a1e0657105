import { SHF } from '../../abi/elf.ts';
import type { Kernel } from '../kernel.ts';
import { isConfigured } from '../kernel-config.ts';
import { KernelError } from '../kernel-error.ts';
import type { LoadInfo } from '../load-info.ts';
import { KERN, printk } from '../log/printk.ts';

/** `module_enforce_rwx_sections`, kernel/module/strict_rwx.c: no section is both writable and executable. Raises ENOEXEC. */
export function moduleEnforceRwxSections(kernel: Kernel, info: LoadInfo): void {
  if (!isConfigured(kernel, 'STRICT_MODULE_RWX')) return;
  const both = SHF.WRITE | SHF.EXECINSTR;
  const index = info.view.sections.flags.findIndex((flags) => (flags & both) === both);
  if (index < 0) return;
  const text = `section ${info.view.sectionName(index)} (index ${index}) has invalid WRITE|EXEC flags`;
  printk(kernel, KERN.ERR, `${info.module.name}: ${text}`);
  throw new KernelError('ENOEXEC');
}
