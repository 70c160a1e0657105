import {
  EI_CLASS,
  EI_DATA,
  ELF32,
  ELF64,
  ELFCLASS32,
  ELFCLASS64,
  ELFDATA2LSB,
  ELFDATA2MSB,
  type ElfStructs,
} from '../abi/elf.ts';

/** In which of the four encodings an ELF file is read. */
export interface ElfForm {
  readonly bits: 32 | 64;
  readonly littleEndian: boolean;
}

/** 64 bit, little-endian: x86-64, arm64. */
export const ELF64_LE: ElfForm = { bits: 64, littleEndian: true };
/** 32 bit, little-endian: i386, armhf. */
export const ELF32_LE: ElfForm = { bits: 32, littleEndian: true };

/** The structures' field offsets in a form. */
export function structsOf(form: ElfForm): ElfStructs {
  return form.bits === 64 ? ELF64 : ELF32;
}

/** True when the bytes begin with `\x7fELF`. */
export function hasElfMagic(bytes: Uint8Array): boolean {
  return bytes[0] === 0x7f && bytes[1] === 0x45 && bytes[2] === 0x4c && bytes[3] === 0x46;
}

/** The form that `e_ident` declares; undefined when the bytes are no ELF file of a known class and byte order. */
export function declaredForm(bytes: Uint8Array): ElfForm | undefined {
  const bits = { [ELFCLASS32]: 32, [ELFCLASS64]: 64 }[bytes[EI_CLASS] ?? 0] as 32 | 64 | undefined;
  const littleEndian = { [ELFDATA2LSB]: true, [ELFDATA2MSB]: false }[bytes[EI_DATA] ?? 0];
  return hasElfMagic(bytes) && bits !== undefined && littleEndian !== undefined ? { bits, littleEndian } : undefined;
}
