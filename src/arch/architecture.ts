import type { RelocationFailure, RelocationJob } from './relocation.ts';

/** What the module loader must know of a processor architecture. */
export interface Architecture {
  /** `uname -m`. */
  readonly machine: string;
  /** `e_machine` of its modules. */
  readonly elfMachine: number;
  /** How its modules are encoded: compatible with `ElfForm` of src/elf. */
  readonly form: { readonly bits: 32 | 64; readonly littleEndian: boolean };
  /** `MODULES_VADDR` (plus the load offset) and `MODULES_END`. */
  readonly moduleArea: { readonly start: number; readonly end: number };
  readonly pageSize: number;
  /** Where the part of the per-CPU area that is reserved for modules begins, as their symbols count it; page-aligned. */
  readonly percpuReserved: number;
  /** `SHT_REL` or `SHT_RELA`: the other kind is refused. */
  readonly relocationSection: 'rel' | 'rela';
  /** `sizeof(Elf_Rel)` or `sizeof(Elf_Rela)`. */
  readonly relocationSize: number;
  /** `ignore_undef_symbol`: undefined symbols that need not be found. */
  readonly ignoredUndefined: readonly string[];
  /** `CONFIG_HAVE_ARCH_PREL32_RELOCATIONS`: `struct kernel_symbol` holds 32-bit relative references. */
  readonly relativeKernelSymbols: boolean;
  /** `sizeof(struct exception_table_entry)`; its first two fields are relative 32-bit references when `relative`. */
  readonly exceptionTable: { readonly entrySize: number; readonly relative: boolean };
  /** Bytes that a relocation type writes; 0 for one that does nothing or is unknown. */
  relocationWidth(type: number): number;
  /** `apply_relocate_add` / `apply_relocate`: applies all entries; stops at the first that is refused. */
  applyRelocations(job: RelocationJob): RelocationFailure | undefined;
  /** The log lines (level KERN_ERR) for a refused relocation. `printPointer` is `%p`. */
  describeFailure(
    failure: RelocationFailure,
    moduleName: string,
    printPointer: (address: number) => string,
    isSince?: (major: number, minor: number) => boolean,
  ): string[];
}
