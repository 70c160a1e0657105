import { architectureOf } from '../arch/architectures.ts';
import { cString } from '../elf/c-string.ts';
import { structsOf } from '../elf/elf-form.ts';
import { SymbolTable } from '../elf/symbol-table.ts';
import type { Kernel } from './kernel.ts';
import type { Module, ModuleKallsyms, ModuleSymbol } from './module.ts';

/**
 * The core symbols of a loaded module as /proc/kallsyms shows them, in the order of the symbol table: those that have
 * a section and a name (kernel: `module_get_kallsym`, kernel/module/kallsyms.c).
 */
export function moduleSymbols(kernel: Kernel, module: Module): Iterable<ModuleSymbol> {
  return readSymbols(kernel, module.kallsyms);
}

/** All symbols of a module that is still loading, those of its init part too (kernel: `mod->kallsyms`). */
export function initSymbols(kernel: Kernel, module: Module): Iterable<ModuleSymbol> {
  return module.init.size === 0 ? [] : readSymbols(kernel, module.initKallsyms);
}

function* readSymbols(kernel: Kernel, kallsyms: ModuleKallsyms): Iterable<ModuleSymbol> {
  const { symtab, strtab, typetab, count } = kallsyms;
  if (count === 0) return;
  const { form } = architectureOf(kernel.profile.machine);
  const bytes = kernel.memory.view(symtab, count * structsOf(form).symbol.size, 'read');
  const symbols = new SymbolTable(bytes, form);
  const strings = kernel.memory.view(strtab, typetab - strtab, 'read');
  const letters = kernel.memory.view(typetab, count, 'read');
  for (let i = 0; i < count; i++) {
    const name = cString(strings, symbols.names[i]!);
    const type = String.fromCharCode(letters[i]!);
    if (name) yield { name, address: symbols.address(i), size: symbols.size(i), type };
  }
}
