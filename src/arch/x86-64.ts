import { EM } from '../abi/elf.ts';
import type { Architecture } from './architecture.ts';
import type { RelocationFailure } from './relocation.ts';
import { applyRelocations, relocationWidth } from './x86-64-relocate.ts';

/** `MODULES_VADDR`, arch/x86/include/asm/pgtable_64_types.h, plus the two megabytes that the first load skips. */
const MODULES_START = -0x3fdff000;
/** `MODULES_END`, the same file. */
const MODULES_END = -0x0100_0000;

/** Per-CPU symbols count from 0: behind the kernel's own variables, as many as Debian's 6.1 has. */
const PERCPU_RESERVED = 0x35000;

/** arch/x86/kernel/module.c; x86-64. */
export const x86_64: Architecture = {
  machine: 'x86_64',
  elfMachine: EM.X86_64,
  form: { bits: 64, littleEndian: true },
  moduleArea: { start: MODULES_START, end: MODULES_END },
  pageSize: 4096,
  percpuReserved: PERCPU_RESERVED,
  relocationSection: 'rela',
  relocationSize: 24,
  ignoredUndefined: ['_GLOBAL_OFFSET_TABLE_'],
  relativeKernelSymbols: true,
  exceptionTable: { entrySize: 12, relative: true },
  relocationWidth,
  applyRelocations,
  describeFailure,
};

function describeFailure(
  { reason, type, address, low, high }: RelocationFailure,
  moduleName: string,
  printPointer: (address: number) => string,
  isSince?: (major: number, minor: number) => boolean,
): string[] {
  const invalid = isSince?.(6, 3) ? 'Invalid' : 'Skipping invalid';
  const value = hex(low, high);
  switch (reason) {
    case 'unknown':
      return [`module: ${moduleName}: Unknown rela relocation: ${type}`];
    case 'nonzero':
      return [
        `module: x86/modules: ${invalid} relocation target, existing value is nonzero for type ${type}, ` +
          `loc ${printPointer(address)}, val ${value}`,
      ];
    case 'overflow':
      return [
        `module: overflow in relocation type ${type} val ${value}`,
        `module: \`${moduleName}' likely not compiled with -mcmodel=kernel`,
      ];
  }
}

/** `%Lx` of a 64-bit value. */
function hex(low: number, high: number): string {
  return ((BigInt(high) << 32n) | BigInt(low)).toString(16);
}
