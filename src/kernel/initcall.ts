import { EPERM } from '../abi/negative-errno.ts';
import { addressBits } from '../memory/address.ts';
import type { Kernel } from './kernel.ts';
import type { KernelResult } from './kernel-result.ts';
import { KERN, printk } from './log/printk.ts';
import type { Module, ModuleSymbol } from './module.ts';
import { initSymbols } from './symbols/module-symbols.ts';

/**
 * `do_one_initcall(mod->init)`, init/main.c: what init returned. `initcall_debug` tells about it,
 * `initcall_blacklist=` keeps it from being called. May raise what the runner raises.
 */
export function doOneInitcall(kernel: Kernel, module: Module): KernelResult {
  const { initcallDebug, initcallBlacklist } = kernel.options;
  if (initcallBlacklist.length > 0 && isBlacklisted(kernel, module)) return EPERM;
  if (!initcallDebug) return kernel.runner.callInit(kernel, module);
  const shown = initSymbol(kernel, module);
  printk(kernel, KERN.DEBUG, `calling  ${shown} @ ${kernel.current.pid}`);
  const start = kernel.clock();
  const result = kernel.runner.callInit(kernel, module);
  const duration = Math.round(kernel.clock() - start);
  printk(kernel, KERN.DEBUG, `initcall ${shown} returned ${result} after ${duration} usecs`);
  return result;
}

/** `initcall_blacklisted`, init/main.c. */
function isBlacklisted(kernel: Kernel, module: Module): boolean {
  const name = findInit(kernel, module)?.name ?? '';
  if (!kernel.options.initcallBlacklist.includes(name)) return false;
  printk(kernel, KERN.DEBUG, `initcall ${name} blacklisted`);
  return true;
}

/** `%pS` of the init function: `name+0x0/0xsize [module]`. */
function initSymbol(kernel: Kernel, module: Module): string {
  const found = findInit(kernel, module);
  if (!found) return `0x${addressBits(module.initFunction).toString(16)}`;
  return `${found.name}+0x0/0x${symbolSpan(kernel, module, found).toString(16)} [${module.name}]`;
}

function findInit(kernel: Kernel, module: Module): ModuleSymbol | undefined {
  for (const symbol of initSymbols(kernel, module)) {
    if (symbol.address === module.initFunction) return symbol;
  }
  return undefined;
}

/** `find_kallsyms_symbol`: a symbol reaches to the next one, the last one to the end of the text. */
function symbolSpan(kernel: Kernel, module: Module, symbol: ModuleSymbol): number {
  let end = module.init.base + module.init.textSize;
  for (const { address } of initSymbols(kernel, module)) {
    if (address > symbol.address && address < end) end = address;
  }
  return end - symbol.address;
}
