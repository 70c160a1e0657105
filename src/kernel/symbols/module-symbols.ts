import { architectureOf } from '../../arch/architectures.ts';
import { cString } from '../../elf/c-string.ts';
import { structsOf } from '../../elf/elf-form.ts';
import { SymbolTable } from '../../elf/symbol-table.ts';
import type { Kernel } from '../kernel.ts';
import type { Module, ModuleKallsyms, ModuleSymbol } from '../module.ts';

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

/** A symbol table in guest memory with its names and type letters. */
export interface SymbolsInMemory {
  readonly symbols: SymbolTable;
  readonly strings: Uint8Array;
  readonly letters: Uint8Array;
}

/** Undefined when there are no symbols. Raises GuestFault. */
export function symbolsInMemory(kernel: Kernel, kallsyms: ModuleKallsyms): SymbolsInMemory | undefined {
  const { symtab, strtab, typetab, count } = kallsyms;
  if (count === 0) return undefined;
  const { form } = architectureOf(kernel.profile.machine);
  const bytes = kernel.memory.view(symtab, count * structsOf(form).symbol.size, 'read');
  const strings = kernel.memory.view(strtab, typetab - strtab, 'read');
  return { symbols: new SymbolTable(bytes, form), strings, letters: kernel.memory.view(typetab, count, 'read') };
}

function* readSymbols(kernel: Kernel, kallsyms: ModuleKallsyms): Iterable<ModuleSymbol> {
  const table = symbolsInMemory(kernel, kallsyms);
  if (!table) return;
  const { symbols, strings, letters } = table;
  for (let i = 0; i < symbols.count; i++) {
    const name = cString(strings, symbols.names[i]!);
    const type = String.fromCharCode(letters[i]!);
    if (name) yield { name, address: symbols.address(i), size: symbols.size(i), type };
  }
}
