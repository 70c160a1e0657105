import type { Address } from '../../memory/address.ts';
import type { Kernel } from '../kernel.ts';
import { KernelError } from '../kernel-error.ts';
import type { ExportTable, LoadInfo } from '../load-info.ts';
import { KERN, printk } from '../log/printk.ts';
import { guestString } from '../memory/guest-string.ts';
import type { ModuleExport } from '../module.ts';
import { findSymbol } from './find-symbol.ts';

/** Address, name and namespace of one `struct kernel_symbol`. */
interface KernelSymbol {
  readonly address: Address;
  readonly name: string;
  readonly namespace: string;
}

/** Reads the module's export tables from its relocated memory. Sets `module.exports`. */
export function readExports(kernel: Kernel, info: LoadInfo): void {
  info.module.exports = info.exportTables.flatMap((table) => readTable(kernel, info, table));
}

function readTable(kernel: Kernel, info: LoadInfo, table: ExportTable): ModuleExport[] {
  const { symbolClass, address, count, crcs } = table;
  const read = info.arch.relativeKernelSymbols ? readRelative : readAbsolute;
  const size = info.arch.relativeKernelSymbols ? 12 : (3 * info.arch.form.bits) / 8;
  return Array.from({ length: count }, (_, i) => ({
    ...read(kernel, address + i * size),
    crc: crcs === 0 ? undefined : kernel.memory.readU32(crcs + 4 * i),
    gplOnly: symbolClass.gplOnly,
    ...(symbolClass.warning ? { symbolClass: symbolClass.name } : {}),
  }));
}

/** `struct kernel_symbol` with CONFIG_HAVE_ARCH_PREL32_RELOCATIONS: three offsets, each relative to its own place. */
function readRelative(kernel: Kernel, at: Address): KernelSymbol {
  const reference = (field: Address): Address => field + (kernel.memory.readU32(field) | 0);
  return {
    address: reference(at),
    name: guestString(kernel.memory, reference(at + 4)),
    namespace: kernel.memory.readU32(at + 8) === 0 ? '' : readNamespace(kernel, reference(at + 8)),
  };
}

/** `struct kernel_symbol` of three pointers; 32 bit. */
function readAbsolute(kernel: Kernel, at: Address): KernelSymbol {
  const namespace = kernel.memory.readU32(at + 8);
  return {
    address: kernel.memory.readU32(at),
    name: guestString(kernel.memory, kernel.memory.readU32(at + 4)),
    namespace: namespace === 0 ? '' : readNamespace(kernel, namespace),
  };
}

/** The kernel does not look at a namespace before another module uses the symbol: one that is nowhere does no harm yet. */
function readNamespace({ memory }: Kernel, address: Address): string {
  return memory.find(address) ? guestString(memory, address) : '';
}

/** `verify_exported_symbols`: no export may exist already. Raises ENOEXEC. */
export function verifyExportedSymbols(kernel: Kernel, info: LoadInfo): void {
  const { module } = info;
  for (const { name } of module.exports) {
    const other = findSymbol(kernel, name, true);
    if (!other) continue;
    const owner = other.owner?.name ?? 'kernel';
    printk(kernel, KERN.ERR, `${module.name}: exports duplicate symbol ${name} (owned by ${owner})`);
    throw new KernelError('ENOEXEC');
  }
}
