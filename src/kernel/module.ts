import type { Address } from '../memory/address.ts';

/** A module's name, `-` already `_`: as the kernel knows it (kernel: `mod->name`). A byte string of at most 55 bytes. */
type ModuleName = string;

/** kernel: `enum module_state`. */
export type ModuleState = 'UNFORMED' | 'COMING' | 'LIVE' | 'GOING';

/** What a part of a module's memory holds (kernel: `enum mod_mem_type`; with `MOD_INIT_` in front for the init area). */
export type MemoryType = 'TEXT' | 'DATA' | 'RODATA' | 'RO_AFTER_INIT';

/** One allocation, as kernels from 6.4 on make them (kernel: `struct module_memory`). Whole pages. */
export interface ModuleMemory {
  readonly type: MemoryType;
  /** Bytes from the layout's base. */
  readonly start: number;
  readonly size: number;
}

/**
 * kernel: `struct module_layout`, include/linux/module.h. Sizes in bytes, cumulative as in the kernel. Kernels from 6.4
 * on have `parts` in its place, which stand one behind the other with a guard page between them; `size` spans them all.
 */
export interface ModuleLayout {
  base: Address;
  size: number;
  textSize: number;
  roSize: number;
  roAfterInitSize: number;
  parts?: readonly ModuleMemory[];
}

/** One exported symbol of a loaded module (kernel: `struct kernel_symbol` + CRC). */
export interface ModuleExport {
  readonly name: string;
  readonly address: Address;
  /** Unsigned 32 bit; undefined when the module has no CRC section. */
  readonly crc: number | undefined;
  readonly gplOnly: boolean;
  readonly namespace: string;
  /** A class of older kernels (`SYMBOL_CLASSES`): `gpl_future`, `unused`, `unused_gpl`. */
  readonly symbolClass?: string;
}

/** One `struct kernel_param` of a module: where its value lives and how it is read and set. */
export interface ModuleParameter {
  readonly name: string;
  /** Mode bits in sysfs; 0: not visible. */
  readonly permissions: number;
  /** Exported name of `kp->ops`, e.g. `param_ops_int`; `` when it is the module's own. */
  readonly ops: string;
  /** Address of the `struct kernel_param`. */
  readonly address: Address;
  /** `kp->arg`. */
  readonly argument: Address;
  /** `KERNEL_PARAM_FL_UNSAFE`, `KERNEL_PARAM_FL_HWPARAM`. */
  readonly flags: number;
}

/** A section as sysfs shows it (kernel: `struct module_sect_attr`). */
interface ModuleSection {
  readonly name: string;
  readonly address: Address;
}

/**
 * Where a module keeps its own symbols in guest memory (kernel: `struct mod_kallsyms`); `coreSymbols` of kallsyms.ts
 * reads them. All zero when the module has none.
 */
export interface ModuleKallsyms {
  symtab: Address;
  count: number;
  strtab: Address;
  typetab: Address;
}

/** A core symbol as /proc/kallsyms shows it. `type` is the one letter (`t`, `d`, `r`, …). */
export interface ModuleSymbol {
  readonly name: string;
  readonly address: Address;
  readonly size: number;
  readonly type: string;
}

/** A loaded module: plain data (kernel: `struct module`). */
export interface Module {
  name: ModuleName;
  state: ModuleState;
  readonly core: ModuleLayout;
  /** Size 0 after init was freed. */
  readonly init: ModuleLayout;
  /** Bits of `TAINT`: `mod->taints`. */
  taints: number;
  version: string | undefined;
  srcversion: string | undefined;
  /** Explicit references beyond those of users (`try_module_get`). */
  references: number;
  /** Who uses me, in the order in which /proc/modules lists them (kernel: `source_list`). */
  users: ModuleName[];
  /** Whom I use (kernel: `target_list`). */
  uses: ModuleName[];
  exports: ModuleExport[];
  parameters: ModuleParameter[];
  sections: ModuleSection[];
  notes: { readonly name: string; readonly bytes: Uint8Array }[];
  /** `mod->core_kallsyms`. */
  readonly kallsyms: ModuleKallsyms;
  /** The whole symbol table in the init area, as long as that is there (kernel: `mod->kallsyms` while init runs). */
  readonly initKallsyms: ModuleKallsyms;
  /** `mod->ctors`: addresses of the constructors. */
  constructors: Address[];
  importedNamespaces: string[];
  /** Its drivers as `bus:name`; undefined: it never had one (kernel: `mod->mkobj.drivers_dir`). */
  drivers?: string[];
  /** `mod->init`, `mod->exit`; 0: none. */
  initFunction: Address;
  exitFunction: Address;
  /** `mod->using_gplonly_symbols`. */
  usingGplOnlySymbols: boolean;
  signatureOk: boolean;
  /** `mod->args`, as given. */
  args: string;
  /** Address of `struct module` in guest memory: `.gnu.linkonce.this_module`, once moved. */
  thisModule: Address;
  /** Start of the per-CPU area, 0 when the module has none; size in bytes. */
  percpu: { base: Address; size: number };
}
