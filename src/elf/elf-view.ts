import { SHT } from '../abi/elf.ts';
import { ByteView } from './byte-view.ts';
import { cString, cStringEquals } from './c-string.ts';
import { declaredForm, type ElfForm, structsOf } from './elf-form.ts';
import { readSectionTable, type SectionTable } from './section-table.ts';
import { SymbolTable } from './symbol-table.ts';

/** The fields of `Elf_Ehdr` that are looked at; names of the ABI without `e_`. */
export interface ElfHeader {
  readonly type: number;
  readonly machine: number;
  readonly flags: number;
  readonly shoff: number;
  readonly shentsize: number;
  readonly shnum: number;
  readonly shstrndx: number;
}

/**
 * A lazy view of an ELF file: nothing is decoded before it is asked for, and no input raises: what lies outside the
 * file reads as zero, empty or absent. Checking is the reader's business (kernel: `elf_validity_check`).
 */
export class ElfView {
  readonly bytes: Uint8Array;
  readonly form: ElfForm;
  readonly header: ElfHeader;
  readonly #view: ByteView;
  #sections: SectionTable | undefined;

  /** Reads the bytes in a given form, whatever `e_ident` says. */
  constructor(bytes: Uint8Array, form: ElfForm) {
    this.bytes = bytes;
    this.form = form;
    this.#view = new ByteView(bytes, form);
    this.header = readHeader(this.#view);
  }

  /** A view in the form that the file declares; undefined when the bytes are no ELF file. */
  static open(bytes: Uint8Array): ElfView | undefined {
    const form = declaredForm(bytes);
    return form && new ElfView(bytes, form);
  }

  /** The section headers; an empty table when they do not lie within the file. */
  get sections(): SectionTable {
    this.#sections ??= this.#readSections();
    return this.#sections;
  }

  /** Name of section `index`, or the empty string. */
  sectionName(index: number): string {
    return cString(this.bytes, this.sectionNameOffset(index));
  }

  /** Where in the file the name of section `index` stands. */
  sectionNameOffset(index: number): number {
    return (this.sections.offset[this.header.shstrndx] ?? this.bytes.length) + (this.sections.name[index] ?? 0);
  }

  /** Index of the first section from 1 on with this name that has all of `flags`; 0: none. */
  findSection(name: string, flags = 0): number {
    const { sections, bytes } = this;
    for (let i = 1; i < sections.count; i++) {
      if ((sections.flags[i]! & flags) === flags && cStringEquals(bytes, this.sectionNameOffset(i), name)) return i;
    }
    return 0;
  }

  /** Index of the first section from 1 on with this `sh_type`; 0: none. */
  findSectionType(type: number): number {
    return Math.max(this.sections.type.indexOf(type, 1), 0);
  }

  /** Contents of a section, cut at the file's end; empty for `SHT_NOBITS`. */
  sectionBytes(index: number): Uint8Array {
    const { type, offset, size } = this.sections;
    const start = offset[index] ?? 0;
    if (type[index] === undefined || type[index] === SHT.NOBITS || start > this.bytes.length) return new Uint8Array(0);
    return this.bytes.subarray(start, Math.min(this.bytes.length, start + size[index]!));
  }

  /** The symbols of section `index`. */
  symbols(index: number): SymbolTable {
    return new SymbolTable(this.sectionBytes(index), this.form);
  }

  #readSections(): SectionTable {
    const { shoff, shnum, shentsize } = this.header;
    const size = structsOf(this.form).section.size;
    const fits = shentsize === size && shoff + shnum * size <= this.bytes.length;
    return readSectionTable(this.#view, shoff, fits ? shnum : 0);
  }
}

function readHeader(view: ByteView): ElfHeader {
  const fields = structsOf(view.form).header;
  return {
    type: view.u16(fields.type),
    machine: view.u16(fields.machine),
    flags: view.u32(fields.flags),
    shoff: view.word(fields.shoff),
    shentsize: view.u16(fields.shentsize),
    shnum: view.u16(fields.shnum),
    shstrndx: view.u16(fields.shstrndx),
  };
}
