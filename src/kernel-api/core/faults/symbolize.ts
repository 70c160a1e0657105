import type { Kernel } from '../../../kernel/kernel.ts';
import { callSiteAt } from '../../../kernel/log/call-frames.ts';
import type { Module } from '../../../kernel/module.ts';
import { initSymbols, moduleSymbols } from '../../../kernel/symbols/module-symbols.ts';
import { type Address, addressBits } from '../../../memory/address.ts';
import type { KernelSymbol } from '../../../profile/kernel-profile.ts';

/** A symbol and where an address lies in it. `size` and `offset` as the kernel computes them (may wrap). */
interface FoundSymbol {
  readonly name: string;
  readonly offset: bigint;
  readonly size: bigint;
  /** Module name, `` for the kernel's own. */
  readonly module: string;
}

/** `within_module_core`, `within_module_init`. */
export function moduleAt(kernel: Kernel, address: Address): Module | undefined {
  return kernel.modules.find(({ core, init }) =>
    [core, init].some(({ base, size }) => size > 0 && address >= base && address < base + size),
  );
}

/** `find_kallsyms_symbol`, kernel/module/kallsyms.c. */
function findModuleSymbol(kernel: Kernel, module: Module, address: Address): FoundSymbol | undefined {
  const { core, init } = module;
  const inInit = init.size > 0 && address >= init.base && address < init.base + init.size;
  let next = inInit ? init.base + init.textSize : core.base + core.textSize;
  let best: { name: string; address: Address } | undefined;
  for (const symbol of init.size > 0 ? initSymbols(kernel, module) : moduleSymbols(kernel, module)) {
    if (symbol.type === 'U') continue;
    if (symbol.address <= address && (!best || symbol.address > best.address)) best = symbol;
    if (symbol.address > address && symbol.address < next) next = symbol.address;
  }
  if (!best || best.address < (inInit ? init.base : core.base)) return undefined;
  const size = BigInt.asUintN(64, BigInt(next - best.address));
  return { name: best.name, offset: BigInt(address - best.address), size, module: module.name };
}

function findSymbol(kernel: Kernel, address: Address): FoundSymbol | undefined {
  const module = moduleAt(kernel, address);
  if (module) return findModuleSymbol(kernel, module, address);
  const found = callSiteSymbol(kernel, address) ?? kernel.profile.symbolAt?.(address);
  if (!found) return undefined;
  return { name: found.name, offset: BigInt(address - found.address), size: BigInt(found.size), module: '' };
}

/** A place that traces name is in its function, whatever else the profile knows of that. */
function callSiteSymbol(kernel: Kernel, address: Address): KernelSymbol | undefined {
  const site = callSiteAt(kernel, address + 1) ?? callSiteAt(kernel, address);
  return site && { name: site.name, address: site.address - site.offset, size: site.size };
}

/**
 * `sprint_symbol` (`S`), `sprint_symbol_no_offset` (`s`), `sprint_backtrace` (`B`: the symbol of the call that returns to
 * the address). An address that belongs to no symbol is shown as a number.
 */
export function sprintSymbol(kernel: Kernel, address: Address, style: 'S' | 's' | 'B'): string {
  const back = style === 'B' ? 1 : 0;
  const found = findSymbol(kernel, address - back);
  if (!found) return `0x${addressBits(address).toString(16)}`;
  const module = found.module === '' ? '' : ` [${found.module}]`;
  if (style === 's') return found.name + module;
  const offset = (found.offset + BigInt(back)).toString(16);
  return `${found.name}+0x${offset}/0x${found.size.toString(16)}${module}`;
}
