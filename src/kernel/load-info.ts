import { SHF } from '../abi/elf.ts';
import type { ErrnoName } from '../abi/errno.ts';
import type { Architecture } from '../arch/architecture.ts';
import type { RelocationFailure } from '../arch/relocation.ts';
import { ElfView } from '../elf/elf-view.ts';
import type { SectionTable } from '../elf/section-table.ts';
import { SymbolTable } from '../elf/symbol-table.ts';
import type { Address } from '../memory/address.ts';
import type { Module } from './module.ts';
import { newModule } from './module-struct.ts';
import type { SymbolClass } from './symbols/symbol-classes.ts';

/** Section indexes found by `setup_load_info`; 0: none (kernel: `info->index`). */
interface LoadIndex {
  sym: number;
  str: number;
  mod: number;
  vers: number;
  info: number;
  pcpu: number;
}

/** The symbols that stay when init is done (`is_core_symbol`). */
export interface CoreSymbols {
  /** Their indexes in the symbol table; the first `count` of these, and of the lengths. */
  readonly indexes: Uint32Array;
  /** Bytes of their names. */
  readonly lengths: Uint32Array;
  readonly count: number;
  /** Of all names together, each with its NUL. */
  readonly nameBytes: number;
}

/** What `layout_symtab` chooses. */
interface SymtabLayout {
  kept: CoreSymbols;
  /** In the core area: the core symbols, their names and their type letters. */
  symoffs: number;
  stroffs: number;
  coreTypeoffs: number;
  /** In the init area: the type letters of all symbols. */
  initTypeoffs: number;
}

const NO_SYMBOLS: CoreSymbols = { indexes: new Uint32Array(0), lengths: new Uint32Array(0), count: 0, nameBytes: 0 };

/** How large each part of a module's memory has become so far: bytes by the order of `MEMORY_TYPES`. */
export interface MemoryPlan {
  readonly core: number[];
  readonly init: number[];
  /** For each section the index of its part. */
  readonly types: Uint8Array;
}

/** One module on its way in (kernel: `struct load_info`, kernel/module/internal.h). */
export interface LoadInfo {
  readonly arch: Architecture;
  image: Uint8Array;
  /** Sections lie over the headers or `struct module`: the image is a copy that shows what the loader writes there. */
  shared: boolean;
  /** `info->len`: without the appended signature once that was cut off. */
  length: number;
  view: ElfView;
  /** `MODULE_INIT_IGNORE_*`. */
  readonly flags: number;
  /** The arguments, as a byte string. */
  readonly args: string;
  signatureOk: boolean;
  /** What was wrong with the signature, whether the policy minds or not; ENODATA: there is none. */
  signatureError: ErrnoName | undefined;
  /** `is_livepatch_module`. */
  livepatch: boolean;
  readonly index: LoadIndex;
  /** File offset of the symbols' string table. */
  strtab: number;
  /** The symbols as the image has them; their values become final in the module's memory only. */
  symbols: SymbolTable;
  /** From `.modinfo`, else from `struct module`. */
  name: string;
  /** File offsets at which the strings of `.modinfo` begin, once they were looked for. */
  modinfo: readonly number[] | undefined;
  /** CRCs by symbol name of `__versions`, once they were looked for. */
  versions: ReadonlyMap<string, number> | undefined;
  /** CRCs by symbol name of `__version_ext_*`, when the module has them and the kernel knows them. */
  extendedVersions?: ReadonlyMap<string, number>;
  /** Which area each section goes to: `CORE` or `INIT`; its offset there is `sections.entrySize`. */
  area: Uint8Array;
  readonly symtab: SymtabLayout;
  /** Where sections go by the type of their contents: kernels from 6.4 on. */
  plan?: MemoryPlan;
  /** Host buffers of the core and init areas, once moved. */
  core: Uint8Array;
  init: Uint8Array;
  /** The relocation that `apply_relocations` refused, and the section whose contents it was to change. */
  failedRelocation: { readonly section: number; readonly failure: RelocationFailure } | undefined;
  /** The export tables that `find_module_sections` found. */
  exportTables: ExportTable[];
  readonly module: Module;
}

/** One `__ksymtab*` section with its CRCs (kernel: `mod->syms`, `num_syms`, `crcs`). */
export interface ExportTable {
  readonly symbolClass: SymbolClass;
  readonly address: Address;
  readonly count: number;
  /** Address of its CRCs; 0: none. */
  readonly crcs: Address;
}

/** What stands in messages in place of a module's name that could not be found. */
export const NO_NAME = '(missing .modinfo section or name field)';

/** Where a section goes: it stays in the image, or to the module's core or init area. */
export const AREA = { NONE: 0, CORE: 1, INIT: 2 } as const;

/** `MODULE_INIT_*`, include/uapi/linux/module.h. */
export const MODULE_INIT = { IGNORE_MODVERSIONS: 1, IGNORE_VERMAGIC: 2, COMPRESSED_FILE: 4 } as const;

/** The state of a load before its first stage. Requires nothing of `contents`, which may be a host's kind of array. */
export function newLoadInfo(arch: Architecture, contents: Uint8Array, args: string, flags: number): LoadInfo {
  const image = new Uint8Array(contents.buffer, contents.byteOffset, contents.byteLength);
  return {
    arch,
    image,
    shared: false,
    length: image.length,
    view: new ElfView(image, arch.form),
    flags,
    args,
    signatureOk: false,
    signatureError: undefined,
    livepatch: false,
    index: { sym: 0, str: 0, mod: 0, vers: 0, info: 0, pcpu: 0 },
    strtab: 0,
    symbols: new SymbolTable(new Uint8Array(0), arch.form),
    name: '',
    modinfo: undefined,
    versions: undefined,
    area: new Uint8Array(0),
    symtab: { kept: NO_SYMBOLS, symoffs: 0, stroffs: 0, coreTypeoffs: 0, initTypeoffs: 0 },
    core: new Uint8Array(0),
    init: new Uint8Array(0),
    failedRelocation: undefined,
    exportTables: [],
    module: newModule(),
  };
}

/** `find_sec`: index of a section that has SHF_ALLOC; 0: none. */
export function findSec(info: LoadInfo, name: string): number {
  return info.view.findSection(name, SHF.ALLOC);
}

/** Takes one flag from a section. */
export function clearFlag(sections: SectionTable, index: number, flag: number): void {
  sections.flags[index] = sections.flags[index]! & ~flag;
}

/** The image from a section's `sh_offset` on, `sh_size` long, whatever its type; cut at the image's end. */
export function imageBytes({ image, view }: LoadInfo, index: number): Uint8Array {
  const start = Math.min(view.sections.offset[index]!, image.length);
  return image.subarray(start, Math.min(start + view.sections.size[index]!, image.length));
}

/** Contents of a section: in the module's memory once it was moved there, else in the image. */
export function sectionContents(info: LoadInfo, index: number): Uint8Array {
  const { sections } = info.view;
  const area = info.area[index];
  if (!area) return imageBytes(info, index);
  const start = sections.entrySize[index]!;
  return (area === AREA.CORE ? info.core : info.init).subarray(start, start + sections.size[index]!);
}
