import { ELFCLASS32, ELFCLASS64, ELFDATA2LSB, ELFDATA2MSB } from '../../abi/elf.ts';
import { ELF32_LE, ELF64_LE, type ElfForm, hasElfMagic, structsOf } from '../../elf/elf-form.ts';
import type { SectionSource } from './section-source.ts';

/** A file that is no module; `errno` is what kmod would get, `assertion` what it dies of before it gets that far. */
export class ModuleFormatError extends Error {
  readonly errno: 'ENOEXEC' | 'EINVAL';
  readonly assertion: string | undefined;

  constructor(errno: 'ENOEXEC' | 'EINVAL', assertion?: string) {
    super(errno);
    this.errno = errno;
    this.assertion = assertion;
  }
}

/** What kmod 30 asserts of the index of the section names, and in which line of libkmod-elf.c. */
const ASSERTIONS = {
  undefined: "213: elf_get_section_header: Assertion `idx != SHN_UNDEF' failed.",
  beyond: "214: elf_get_section_header: Assertion `idx < elf->header.section.count' failed.",
} as const;

/** Where a section's bytes stand; always within the file. */
export interface SectionRange {
  readonly offset: number;
  readonly size: number;
}

/** The sections that depmod reads. */
const NAMES = ['.modinfo', '__versions', '.symtab', '.strtab', '__ksymtab_strings'] as const;
/** The name of a section that depmod reads. */
export type SectionName = (typeof NAMES)[number];

const NAME_BYTES = NAMES.map((name) => Buffer.from(`${name}\0`, 'latin1'));
const EI_NIDENT = 16;
/** Sections that lie within so many bytes are read at once. */
const READ_TOGETHER = 1 << 15;

/**
 * An ELF file as far as depmod looks at it. Unlike `ElfView` it never holds the file: of 400 MB of modules 60 are read.
 * The checks are kmod's (libkmod/libkmod-elf.c, `kmod_elf_new`); fails with ModuleFormatError.
 */
export class ModuleSections {
  readonly source: SectionSource;
  readonly form: ElfForm;
  readonly machine: number;
  readonly #found: (SectionRange | undefined)[] = NAMES.map(() => undefined);
  readonly #headersAt: number;
  readonly #count: number;

  constructor(source: SectionSource) {
    this.source = source;
    if (!source.reaches(EI_NIDENT + 1)) throw new ModuleFormatError(source.size === 0 ? 'EINVAL' : 'ENOEXEC');
    const start = source.at(0, EI_NIDENT);
    this.form = identify(source.bytes, start);
    const { header, section } = structsOf(this.form);
    const headerSize = this.form.bits === 64 ? 64 : 52;
    if (!source.reaches(headerSize + 1)) throw new ModuleFormatError('EINVAL');
    const { view } = source;
    const { littleEndian } = this.form;
    this.machine = view.getUint16(start + header.machine, littleEndian);
    this.#headersAt = readWord(view, start + header.shoff, this.form);
    this.#count = view.getUint16(start + header.shnum, littleEndian);
    const stringsIndex = view.getUint16(start + header.shstrndx, littleEndian);
    if (view.getUint16(start + header.shentsize, littleEndian) !== section.size) throw new ModuleFormatError('EINVAL');
    source.readEnd(this.#headersAt, this.#count * section.size);
    if (!source.reaches(this.#headersAt + this.#count * section.size)) throw new ModuleFormatError('EINVAL');
    this.#findSections(stringsIndex);
  }

  /** The first section of this name that lies within the file. One at offset 0 does not count. */
  range(name: SectionName): SectionRange | undefined {
    const range = this.#found[NAMES.indexOf(name)];
    return range === undefined || range.offset === 0 ? undefined : range;
  }

  /** Section by index; undefined when there is none or it leaves the file. */
  rangeAt(index: number): SectionRange | undefined {
    const { size } = structsOf(this.form).section;
    if (index === 0 || index >= this.#count) return undefined;
    return this.#rangeIn(this.source.at(this.#headersAt + index * size, size));
  }

  /** Has all that depmod reads read at once where it stands close together. */
  readTogether(): void {
    let start = Number.MAX_SAFE_INTEGER;
    let end = 0;
    for (let i = 0; i < this.#found.length; i++) {
      const range = this.#found[i];
      if (range === undefined || range.offset === 0 || this.source.has(range.offset, range.size)) continue;
      start = Math.min(start, range.offset);
      end = Math.max(end, range.offset + range.size);
    }
    if (end > start && end - start <= READ_TOGETHER) this.source.at(start, end - start);
  }

  #findSections(stringsIndex: number): void {
    const { size, name } = structsOf(this.form).section;
    if (stringsIndex === 0) throw new ModuleFormatError('EINVAL', ASSERTIONS.undefined);
    if (stringsIndex >= this.#count) throw new ModuleFormatError('EINVAL', ASSERTIONS.beyond);
    const headers = this.source.at(this.#headersAt, this.#count * size);
    const strings = this.#rangeIn(headers + stringsIndex * size);
    if (strings === undefined || strings.size === 0) throw new ModuleFormatError('EINVAL');
    const names = this.source.at(strings.offset, strings.size);
    const { bytes, view } = this.source;
    const { littleEndian } = this.form;
    if (bytes[names + strings.size - 1] !== 0) throw new ModuleFormatError('EINVAL');
    const end = headers + this.#count * size;
    for (let at = headers + size; at < end; at += size) {
      const offset = view.getUint32(at + name, littleEndian);
      if (offset >= strings.size || !isMaybeWanted(bytes[names + offset + 1]!)) continue;
      const wanted = wantedName(bytes, names + offset);
      if (wanted >= 0) this.#found[wanted] ??= this.#rangeIn(at);
    }
  }

  /** What the section header at this place of the source's bytes says. */
  #rangeIn(at: number): SectionRange | undefined {
    const fields = structsOf(this.form).section;
    const { view } = this.source;
    const offset = readWord(view, at + fields.offset, this.form);
    const size = readWord(view, at + fields.length, this.form);
    return this.source.reaches(offset + size) ? { offset, size } : undefined;
  }
}

function identify(bytes: Buffer, at: number): ElfForm {
  if (!hasElfMagic(bytes.subarray(at, at + 4))) throw new ModuleFormatError('ENOEXEC');
  const elfClass = bytes[at + 4];
  const data = bytes[at + 5];
  const form = elfClass === ELFCLASS64 ? ELF64_LE : ELF32_LE;
  const isKnown = elfClass === ELFCLASS64 || elfClass === ELFCLASS32;
  if (!isKnown || (data !== ELFDATA2LSB && data !== ELFDATA2MSB)) throw new ModuleFormatError('EINVAL');
  return data === ELFDATA2LSB ? form : { bits: form.bits, littleEndian: false };
}

/** Second characters of NAMES: `m`, `_`, `s`. Most sections are sorted out by them. */
function isMaybeWanted(second: number): boolean {
  return second === 0x6d || second === 0x5f || second === 0x73;
}

/** Which of NAMES stands at `at`, NUL and all; -1: none. */
function wantedName(bytes: Buffer, at: number): number {
  for (let i = 0; i < NAME_BYTES.length; i++) {
    const wanted = NAME_BYTES[i]!;
    let length = 0;
    while (length < wanted.length && bytes[at + length] === wanted[length]) length++;
    if (length === wanted.length) return i;
  }
  return -1;
}

/** A word of 32 or 64 bits as a double. */
export function readWord(view: DataView, at: number, form: ElfForm): number {
  if (form.bits === 32) return view.getUint32(at, form.littleEndian);
  const { littleEndian } = form;
  const low = view.getUint32(littleEndian ? at : at + 4, littleEndian);
  const high = view.getUint32(littleEndian ? at + 4 : at, littleEndian);
  return high === 0 ? low : high * 0x1_0000_0000 + low;
}
