import { EM } from '../abi/elf.ts';
import type { Architecture } from './architecture.ts';
import { REL_SIZE, symbolValue, wordAt } from './rel32.ts';
import type { RelocationFailure, RelocationJob } from './relocation.ts';

/** Behind the 896 MiB of low memory: where vmalloc begins in a machine that has more. */
const MODULES_START = 0xf880_0000;
const MODULES_END = 0xff00_0000;

/** `R_386_*` that the module loader knows, and whether the place's address is subtracted: System V ABI i386 4.2. */
const TABLE: Readonly<Record<number, { readonly pcRelative: boolean }>> = {
  /* 32 */ 1: { pcRelative: false },
  /* PC32 */ 2: { pcRelative: true },
  /* PLT32 */ 4: { pcRelative: true },
};

/** Per-CPU symbols count from `__per_cpu_start`, which is in the kernel image. */
const PERCPU_RESERVED = 0xc200_0000;

/** arch/x86/kernel/module.c; i386. Its code is not run. */
export const i386: Architecture = {
  machine: 'i686',
  elfMachine: EM.I386,
  form: { bits: 32, littleEndian: true },
  moduleArea: { start: MODULES_START, end: MODULES_END },
  pageSize: 4096,
  percpuReserved: PERCPU_RESERVED,
  relocationSection: 'rel',
  relocationSize: REL_SIZE,
  ignoredUndefined: ['_GLOBAL_OFFSET_TABLE_'],
  relativeKernelSymbols: true,
  exceptionTable: { entrySize: 12, relative: true },
  relocationWidth: (type) => (TABLE[type] ? 4 : 0),
  applyRelocations,
  describeFailure: ({ type }, moduleName) => [`module: ${moduleName}: Unknown relocation: ${type}`],
};

/** Applies `Elf32_Rel` entries: the addend stands at the place. */
function applyRelocations(job: RelocationJob): RelocationFailure | undefined {
  const { entries, targetAddress } = job;
  for (let at = 0; at + REL_SIZE <= entries.byteLength; at += REL_SIZE) {
    const place = (targetAddress + entries.getUint32(at, true)) >>> 0;
    const info = entries.getUint32(at + 4, true);
    const row = TABLE[info & 0xff];
    const value = symbolValue(job, info >>> 8);
    if (!row) return { reason: 'unknown', type: info & 0xff, address: place, low: value, high: 0 };
    const view = wordAt(job, place);
    view.setUint32(0, view.getUint32(0, true) + value - (row.pcRelative ? place : 0), true);
  }
  return undefined;
}
