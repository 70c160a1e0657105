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
  /** The names of those that stand exactly at an address. */
  namesAt(address: Address): string[];
  /** All of them in name order; for listings, not for the load path. */
  all(): Iterable<KernelExport>;
}

/** Byte size and field offsets of one C structure of this kernel. */
export interface StructLayout {
  readonly size: number;
  /** Byte offset of a field, those of anonymous members included; undefined when there is none. */
  offsetOf(field: string): number | undefined;
}

/** One member of a struct as its BTF has it; those of anonymous members are lifted. */
export interface StructMember {
  readonly name: string;
  /** The type as C spells it: `struct list_head`. */
  readonly type: string;
  readonly bitOffset: number;
  /** Width of a bit-field in bits; 0 for an ordinary member. */
  readonly bitSize: number;
}

/** A C type as far as a call or a typed stub needs it. */
export interface ValueType {
  /** `aggregate`: a struct, union or array by value. Enums and `_Bool` are integers. */
  readonly kind: 'void' | 'integer' | 'pointer' | 'float' | 'aggregate';
  /** Size in bytes of the value itself; 0 for void. */
  readonly size: number;
  readonly signed: boolean;
  /** For `kind: 'pointer'`: what is pointed to. `char *` has an integer of size 1. */
  readonly target: PointedType | undefined;
  /** The type as C spells it: `struct file *`. */
  readonly text: string;
}

/** What a pointer points to. */
export interface PointedType {
  readonly kind: 'void' | 'integer' | 'pointer' | 'float' | 'struct' | 'array' | 'function';
  /** Tag of the struct or union, `` for every other kind. */
  readonly structName: string;
  /** Size in bytes; 0 when it is not known (void, function, incomplete struct). */
  readonly size: number;
  /** `const`-qualified: the callee only reads it. */
  readonly constant: boolean;
}

/** One parameter of a function prototype. */
interface FunctionParameter {
  readonly name: string;
  readonly type: ValueType;
}

/** Prototype of a kernel function, from BTF (`BTF_KIND_FUNC_PROTO`). */
export interface FunctionPrototype {
  readonly returns: ValueType;
  readonly parameters: readonly FunctionParameter[];
  /** Ends in `...`. */
  readonly variadic: boolean;
}

/** A symbol of the kernel image and its size: the distance to the next one. */
export interface KernelSymbol {
  readonly name: string;
  readonly address: Address;
  readonly size: number;
}

/** A place behind a call in one of the kernel's own functions. */
export interface CallSite {
  /** `caller>callee` of `abi/call-chains.ts`. */
  readonly key: string;
  /** The function that it is in. */
  readonly name: string;
  readonly address: Address;
  /** Where in the function, and how large that is. */
  readonly offset: number;
  readonly size: number;
}

/** The kernel image's own code and read-only data, as they stand in memory when the kernel has booted. */
export interface KernelText {
  /** Where they stand, the code first. */
  readonly runs: readonly { readonly address: Address; readonly size: number }[];
  /** What of `size` bytes at an address the image has in one run, without a copy where it can; undefined: nothing. */
  read(address: Address, size: number): Uint8Array | undefined;
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
  /** Names of all structs, unions and typedefs with a layout, sorted; for comparisons. */
  structNames(): Iterable<string>;
  /** Members of a structure in their order, or undefined when it is not known. */
  members(structName: string): readonly StructMember[] | undefined;
  /** Prototype of an exported function, if the kernel's BTF has it. */
  prototype(functionName: string): FunctionPrototype | undefined;
  /** The numbers that the BTF of modules counts on from; undefined when the kernel has no BTF. */
  readonly btfBase: { readonly typeCount: number; readonly stringsSize: number } | undefined;
  /** Code and read-only data of the kernel image; undefined unless the profile was made to keep them. */
  readonly text: KernelText | undefined;
  /** Trusted certificates (DER) of `system_certificate_list`. */
  readonly certificates: readonly Uint8Array[];
  /** The address of a kernel symbol that need not be exported (System.map, kallsyms), if the profile knows it. */
  symbolAddress(name: string): Address | undefined;
  /** The symbol that an address of the kernel image lies in: kallsyms. */
  symbolAt?(address: Address): KernelSymbol | undefined;
  /** Known places in the kernel's own functions that traces name. */
  readonly callSites?: readonly CallSite[];
  /** Names under /sys/module that belong to built-in code (parameters, versions), if the profile knows them. */
  readonly builtinModules?: readonly string[] | undefined;
}
