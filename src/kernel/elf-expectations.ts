import { SHF, SHT } from '../abi/elf.ts';
import { cStringEquals } from '../elf/c-string.ts';
import type { Kernel } from './kernel.ts';
import { KernelError } from './kernel-error.ts';
import { type LoadInfo, NO_NAME } from './load-info.ts';
import { KERN, type LogLevel, printk } from './log/printk.ts';
import { getModinfo } from './modinfo.ts';

const THIS_MODULE = '.gnu.linkonce.this_module';

/**
 * What kernels from 6.4 on ask of a module's sections beyond `elf_validity_check`: one `.modinfo` at most, one symbol
 * table, one `struct module` of this kernel's size. Raises ENOEXEC. Source: kernel/module/main.c,
 * `elf_validity_cache_copy`.
 */
export function checkExpectedSections(kernel: Kernel, info: LoadInfo): void {
  const modinfo = sectionsNamed(info, '.modinfo');
  if (modinfo.length > 1) refuse(kernel, KERN.ERR, 'Only one .modinfo section must exist.');
  info.index.info = modinfo[0] ?? 0;
  const name = (modinfo.length === 1 ? getModinfo(info, 'name') : undefined) ?? NO_NAME;
  const symbolTables = info.view.sections.type.filter((type) => type === SHT.SYMTAB).length;
  if (symbolTables !== 1) refuse(kernel, KERN.WARNING, `${name}: module has no symbols (stripped?)`);
  const wrong = thisModuleFault(kernel, info);
  if (wrong) refuse(kernel, KERN.ERR, `module ${name}: ${wrong}`);
}

function thisModuleFault(kernel: Kernel, info: LoadInfo): string | undefined {
  const { flags, size } = info.view.sections;
  const [index, ...others] = sectionsNamed(info, THIS_MODULE);
  if (index === undefined || others.length > 0) return `Only one ${THIS_MODULE} section must exist.`;
  if (!(flags[index]! & SHF.ALLOC)) return `${THIS_MODULE} must occupy memory during process execution`;
  const wanted = kernel.profile.layout('module')?.size;
  if (wanted !== undefined && size[index] !== wanted) {
    return `${THIS_MODULE} section size must match the kernel's built struct module size at run time`;
  }
  return undefined;
}

/** Sections with contents in the file that have this name. */
function sectionsNamed({ view, image }: LoadInfo, name: string): number[] {
  const { type, count } = view.sections;
  const found: number[] = [];
  for (let i = 1; i < count; i++) {
    const counts = type[i] !== SHT.NULL && type[i] !== SHT.NOBITS;
    if (counts && cStringEquals(image, view.sectionNameOffset(i), name)) found.push(i);
  }
  return found;
}

function refuse(kernel: Kernel, level: LogLevel, text: string): never {
  printk(kernel, level, text);
  throw new KernelError('ENOEXEC');
}
