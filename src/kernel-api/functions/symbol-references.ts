import type { Kernel } from '../../kernel/kernel.ts';
import { KERN, printk } from '../../kernel/log/printk.ts';
import { modulePut } from '../../kernel/module-references.ts';
import { findSymbol } from '../../kernel/symbols/find-symbol.ts';
import type { Address } from '../../memory/address.ts';
import { kernelBug } from '../core/faults/oops.ts';
import { moduleAt } from '../core/faults/symbolize.ts';
import type { GuestCall, KernelFunction } from '../kernel-function.ts';
import { isBetween } from './tracing/probe-address.ts';

/**
 * `__symbol_get`: the address of a GPL-only export, whose module is held if it is LIVE (`strong_try_module_get`). Others
 * are refused since the stable series of 2023.
 */
function symbolGet(call: GuestCall): Address {
  const name = call.string(0);
  const found = findSymbol(call.kernel, name, true);
  if (!found) return 0;
  if (!found.gplOnly) {
    printk(call.kernel, KERN.WARNING, `failing symbol_get of non-GPLONLY symbol ${name}.`);
    return 0;
  }
  if (found.owner && found.owner.state !== 'LIVE') return 0;
  if (found.owner) found.owner.references++;
  return found.address;
}

function symbolPut(call: GuestCall): void {
  const found = findSymbol(call.kernel, call.string(0), true);
  if (!found) kernelBug(call.session, 'kernel/module/main.c:784', '__symbol_put+0x8e/0xa0');
  if (found.owner) modulePut(found.owner);
}

function symbolPutAddr(call: GuestCall): void {
  const address = call.pointer(0);
  if (isCoreKernelText(call.kernel, address)) return;
  const owner = moduleAt(call.kernel, address);
  if (!owner) kernelBug(call.session, 'kernel/module/main.c:805', 'symbol_put_addr+0x48/0x50');
  modulePut(owner);
}

/** `core_kernel_text`, kernel/extable.c, once the machine has booted. */
function isCoreKernelText(kernel: Kernel, address: Address): boolean {
  return isBetween(kernel, address, '_stext', '_etext');
}

/** Symbols that modules look up by name: kernel/module/main.c. */
export const symbolReferenceRows: readonly (readonly [prototype: string, model: KernelFunction])[] = [
  ['void *__symbol_get(const char *symbol)', symbolGet],
  ['void __symbol_put(const char *symbol)', symbolPut],
  ['void symbol_put_addr(void *addr)', symbolPutAddr],
];
