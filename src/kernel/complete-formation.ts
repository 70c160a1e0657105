import { cStringEquals } from '../elf/c-string.ts';
import { SymbolTable } from '../elf/symbol-table.ts';
import type { Address } from '../memory/address.ts';
import { addModuleJumpLabels } from './jump-label.ts';
import type { Kernel } from './kernel.ts';
import { isConfigured } from './kernel-config.ts';
import { KernelError } from './kernel-error.ts';
import { type LoadInfo, sectionContents } from './load-info.ts';
import { KERN, printk } from './log/printk.ts';
import { noticeTracePrintk } from './log/trace-printk.ts';
import { enableModuleProtection } from './memory/strict-rwx.ts';
import { checkModuleBtf } from './module-btf.ts';
import { structOffset } from './module-struct.ts';
import { destroyParams } from './params/params.ts';
import { readConstructors, readParameters } from './params/read-parameters.ts';
import { readStructPointer, setModuleState } from './struct-fields.ts';
import { readExports, verifyExportedSymbols } from './symbols/module-exports.ts';

/**
 * `complete_formation`, kernel/module/main.c: no export may exist already; then the memory is protected and the module
 * is COMING. Raises ENOEXEC.
 */
export function completeFormation(kernel: Kernel, info: LoadInfo): void {
  const { module } = info;
  readExports(kernel, info);
  verifyExportedSymbols(kernel, info);
  readParameters(kernel, info);
  readConstructors(kernel, info, module);
  module.initFunction = entryPoint(kernel, info, 'init', 'init_module');
  module.exitFunction = entryPoint(kernel, info, 'exit', 'cleanup_module');
  enableModuleProtection(kernel, module);
  setModuleState(kernel, module, 'COMING');
}

/** A function that `struct module` points to; where the profile does not know its fields, the symbol that is linked to it. */
function entryPoint(kernel: Kernel, info: LoadInfo, field: string, name: string): Address {
  if (structOffset(kernel, field) !== undefined) return readStructPointer(kernel, info.module, field);
  const { symbols, image, strtab, index, view } = info;
  const at = symbols.names.findIndex(
    (offset, i) => symbols.sections[i] !== 0 && cStringEquals(image, strtab + offset, name),
  );
  return at < 0 ? 0 : new SymbolTable(sectionContents(info, index.sym), view.form).address(at);
}

/** `prepare_coming_module`: livepatching (`klp_module_coming`) and all who listen are told. Raises EINVAL. */
export function prepareComingModule(kernel: Kernel, info: LoadInfo): void {
  const { module } = info;
  if (isConfigured(kernel, 'LIVEPATCH') && module.name === 'vmlinux') {
    printk(kernel, KERN.ERR, 'livepatch: vmlinux.ko: invalid module name');
    throw new KernelError('EINVAL');
  }
  checkModuleBtf(kernel, info);
  addModuleJumpLabels(kernel, info);
  noticeTracePrintk(kernel, module);
  kernel.runner.notify(kernel, module, 'COMING');
}

/** Undoes {@link prepareComingModule}, and what arguments took (kernel: `coming_cleanup`). */
export function moduleGoing(kernel: Kernel, { module }: LoadInfo): void {
  setModuleState(kernel, module, 'GOING');
  destroyParams(kernel, module);
  kernel.runner.notify(kernel, module, 'GOING');
}
