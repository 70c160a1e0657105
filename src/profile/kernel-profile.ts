import type { Address } from '../memory/address.ts';

/** One symbol that the kernel image exports (kernel: `struct kernel_symbol` plus its `__kcrctab` entry). */
export interface KernelExport {
  readonly name: string;
  /** Where the symbol lives in the running kernel. Per-CPU symbols carry their offset. */
  readonly address: Address;
  /** Symbol CRC, unsigned 32 bit. */
  readonly crc: number;
  /** `EXPORT_SYMBOL_GPL`. */
  readonly gplOnly: boolean;
  /** `EXPORT_SYMBOL_NS`, or the empty string. */
  readonly namespace: string;
}

/** The kernel image's exports, sorted by name (kernel: `find_exported_symbol_in_section`). */
export interface KernelExports {
  readonly count: number;
  /** Binary search; allocates only for a hit. */
  find(name: string): KernelExport | undefined;
  /** All of them in name order; for listings, not for the load path. */
  all(): Iterable<KernelExport>;
}

/** Byte size and field offsets of one C structure of this kernel. */
export interface StructLayout {
  readonly size: number;
  /** Byte offset by field name; nested fields of anonymous members are lifted. */
  readonly offsets: Readonly<Record<string, number>>;
}

/** What a kernel is to a module: everything that the loader asks of the running kernel. */
export interface KernelProfile {
  /** `uname -r`, e.g. `6.1.0-56-amd64`. */
  readonly release: string;
  /** `linux_banner`'s version part (`uname -v`). */
  readonly version: string;
  /** Kernel version as numbers, for tables keyed by version: `[6, 1, 192]`. */
  readonly versionNumbers: readonly [number, number, number];
  /** `uname -m`, e.g. `x86_64`. */
  readonly machine: string;
  /** `vermagic[]`: kernel/module/main.c. With its trailing blank. */
  readonly vermagic: string;
  readonly exports: KernelExports;
  /** Value of a `CONFIG_*` option without that prefix: `'y'`, `'m'`, a number or string; undefined when not set. */
  config(option: string): string | undefined;
  /** Layout of a structure by name, from BTF or debug information. */
  layout(structName: string): StructLayout | undefined;
  /** Trusted certificates (DER) of `system_certificate_list`. */
  readonly certificates: readonly Uint8Array[];
  /** The address of a kernel symbol that need not be exported (System.map, kallsyms), if the profile knows it. */
  symbolAddress(name: string): Address | undefined;
}
