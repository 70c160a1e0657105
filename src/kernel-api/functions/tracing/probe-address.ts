import type { Kernel } from '../../../kernel/kernel.ts';
import type { Module, ModuleSymbol } from '../../../kernel/module.ts';
import { initSymbols, moduleSymbols } from '../../../kernel/symbols/module-symbols.ts';
import type { Address } from '../../../memory/address.ts';
import { moduleAt } from '../../core/faults/symbolize.ts';

/** Parts of the kernel's text that cannot be probed: `arch_populate_kprobe_blacklist`, arch/x86/kernel/kprobes/core.c. */
const FORBIDDEN = [
  ['__entry_text_start', '__entry_text_end'],
  ['__kprobes_text_start', '__kprobes_text_end'],
  ['__noinstr_text_start', '__noinstr_text_end'],
] as const;

/** `kallsyms_lookup_name`: the kernel's own symbols, then those of modules; `module:symbol` names one of a module. */
export function lookupName(kernel: Kernel, name: string): Address | undefined {
  const [owner, symbol] = name.includes(':') ? name.split(':') : [undefined, name];
  const own = owner === undefined ? kernel.profile.symbolAddress(name) : undefined;
  if (own !== undefined) return own;
  const modules = kernel.modules.filter((each) => owner === undefined || each.name === owner);
  for (const module of modules) {
    for (const each of symbolsOf(kernel, module)) if (each.name === symbol && each.type !== 'U') return each.address;
  }
  return undefined;
}

function symbolsOf(kernel: Kernel, module: Module): Iterable<ModuleSymbol> {
  return module.init.size > 0 ? initSymbols(kernel, module) : moduleSymbols(kernel, module);
}

/** `check_kprobe_address_safe`: code of the kernel or of a module, and none of the parts that probes themselves need. */
export function canProbe(kernel: Kernel, address: Address): boolean {
  if (moduleAt(kernel, address)) return kernel.memory.find(address)?.permissions.execute === true;
  return (
    isBetween(kernel, address, '_stext', '_etext') && !FORBIDDEN.some(([a, b]) => isBetween(kernel, address, a, b))
  );
}

/** From the one symbol of the kernel up to the other; false where one is not known. */
export function isBetween({ profile }: Kernel, address: Address, from: string, to: string): boolean {
  const [start, end] = [profile.symbolAddress(from), profile.symbolAddress(to)];
  return start !== undefined && end !== undefined && address >= start && address < end;
}

/** `kallsyms_lookup_size_offset`: whether a function begins here. */
export function isFunctionEntry(kernel: Kernel, address: Address): boolean {
  const module = moduleAt(kernel, address);
  if (!module) return kernel.profile.symbolAt?.(address)?.address === address;
  for (const symbol of symbolsOf(kernel, module)) if (symbol.address === address) return true;
  return false;
}
