/** Constants of the ELF format: System V ABI, chapters 4 and 5; include/uapi/linux/elf.h and elf-em.h. */

/** `e_ident` indexes and values. */
export const EI_CLASS = 4;
export const EI_DATA = 5;
export const ELFCLASS32 = 1;
export const ELFCLASS64 = 2;
export const ELFDATA2LSB = 1;
export const ELFDATA2MSB = 2;

/** `e_type`. */
export const ET_REL = 1;

/** `e_machine`. */
export const EM = {
  I386: 3,
  ARM: 40,
  X86_64: 62,
  AARCH64: 183,
} as const;

/** `sh_type`. */
export const SHT = {
  NULL: 0,
  PROGBITS: 1,
  SYMTAB: 2,
  STRTAB: 3,
  RELA: 4,
  NOTE: 7,
  NOBITS: 8,
  REL: 9,
} as const;

/** `sh_flags`; the last two are the module loader's own (include/linux/module.h, include/uapi/linux/elf.h). */
export const SHF = {
  WRITE: 0x1,
  ALLOC: 0x2,
  EXECINSTR: 0x4,
  RELA_LIVEPATCH: 0x0010_0000,
  RO_AFTER_INIT: 0x0020_0000,
} as const;

/** Special section indexes of symbols; `LIVEPATCH` is the kernel's own (include/uapi/linux/elf.h). */
export const SHN = {
  UNDEF: 0,
  LORESERVE: 0xff00,
  LIVEPATCH: 0xff20,
  ABS: 0xfff1,
  COMMON: 0xfff2,
} as const;

/** `ELF_ST_BIND`. */
export const STB_WEAK = 2;
/** `ELF_ST_TYPE`. */
export const STT_OBJECT = 1;

/** Where one structure's fields stand: byte offsets, for 32 and for 64 bits. */
export interface ElfStructs {
  readonly header: {
    readonly size: number;
    readonly type: number;
    readonly machine: number;
    readonly flags: number;
    readonly shoff: number;
    readonly shentsize: number;
    readonly shnum: number;
    readonly shstrndx: number;
  };
  readonly section: {
    readonly size: number;
    readonly name: number;
    readonly type: number;
    readonly flags: number;
    readonly address: number;
    readonly offset: number;
    readonly length: number;
    readonly link: number;
    readonly info: number;
    readonly alignment: number;
    readonly entrySize: number;
  };
  readonly symbol: {
    readonly size: number;
    readonly name: number;
    readonly info: number;
    readonly shndx: number;
    readonly value: number;
    readonly length: number;
  };
}

/** `Elf32_Ehdr`, `Elf32_Shdr`, `Elf32_Sym`. */
export const ELF32: ElfStructs = {
  header: { size: 52, type: 16, machine: 18, flags: 36, shoff: 32, shentsize: 46, shnum: 48, shstrndx: 50 },
  section: {
    size: 40,
    name: 0,
    type: 4,
    flags: 8,
    address: 12,
    offset: 16,
    length: 20,
    link: 24,
    info: 28,
    alignment: 32,
    entrySize: 36,
  },
  symbol: { size: 16, name: 0, info: 12, shndx: 14, value: 4, length: 8 },
};

/** `Elf64_Ehdr`, `Elf64_Shdr`, `Elf64_Sym`. */
export const ELF64: ElfStructs = {
  header: { size: 64, type: 16, machine: 18, flags: 48, shoff: 40, shentsize: 58, shnum: 60, shstrndx: 62 },
  section: {
    size: 64,
    name: 0,
    type: 4,
    flags: 8,
    address: 16,
    offset: 24,
    length: 32,
    link: 40,
    info: 44,
    alignment: 48,
    entrySize: 56,
  },
  symbol: { size: 24, name: 0, info: 4, shndx: 6, value: 8, length: 16 },
};
