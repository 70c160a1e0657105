import { EM } from '../abi/elf.ts';
import { applyRelocations, relocationWidth } from './aarch64-relocate.ts';
import type { Architecture } from './architecture.ts';
import type { RelocationFailure } from './relocation.ts';

/**
 * The last 64 MiB below the kernel (`KIMAGE_VADDR` of 48-bit addresses), which is where `module_alloc` looks first: from
 * there every branch reaches all of the kernel, so that no PLT entry is wanted.
 */
const MODULES_START = -0x7fff_fc00_0000;
const MODULES_END = -0x7fff_f800_0000;

/** Per-CPU symbols count from `__per_cpu_start`, which is in the kernel image. */
const PERCPU_RESERVED = -0x7fff_f600_0000;

/** arch/arm64/kernel/module.c. Its code is not run. */
export const aarch64: Architecture = {
  machine: 'aarch64',
  elfMachine: EM.AARCH64,
  form: { bits: 64, littleEndian: true },
  moduleArea: { start: MODULES_START, end: MODULES_END },
  pageSize: 4096,
  percpuReserved: PERCPU_RESERVED,
  relocationSection: 'rela',
  relocationSize: 24,
  ignoredUndefined: [],
  relativeKernelSymbols: true,
  exceptionTable: { entrySize: 12, relative: true },
  relocationWidth,
  applyRelocations,
  describeFailure,
};

function describeFailure({ reason, type, low, high }: RelocationFailure, moduleName: string): string[] {
  if (reason === 'unknown') return [`module: module ${moduleName}: unsupported RELA relocation: ${type}`];
  const value = ((BigInt(high) << 32n) | BigInt(low)).toString(16);
  return [`module: module ${moduleName}: overflow in relocation type ${type} val ${value}`];
}
