import { ELFCLASS32, ELFCLASS64, ELFDATA2LSB, ELFDATA2MSB } from '../../abi/elf.ts';
import { ELF32_LE, ELF64_LE, type ElfForm, hasElfMagic, structsOf } from '../../elf/elf-form.ts';
import type { SectionSource } from './section-source.ts';

/** A file that is no module; `errno` is what kmod would get. */
export class ModuleFormatError extends Error {
  readonly errno: 'ENOEXEC' | 'EINVAL';

  constructor(errno: 'ENOEXEC' | 'EINVAL') {
    super(errno);
    this.errno = errno;
  }
}

/** Where a section's bytes stand; always within the file. */
export interface SectionRange {
  readonly offset: number;
  readonly size: number;
}

/** The sections that depmod reads. */
const NAMES = ['.modinfo', '__versions', '.symtab', '.strtab', '__ksymtab_strings'] as const;
export type SectionName = (typeof NAMES)[number];

const NAME_BYTES = NAMES.map((name) => Buffer.from(`${name}\0`, 'latin1'));
const EI_NIDENT = 16;
/** The section names stand right before the section headers in most modules: one read gets both. */
const READ_BEFORE_HEADERS = 2048;
const HEADER_SLOT = 0;
const TABLE_SLOT = 1;
const NAMES_SLOT = 2;

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
    if (source.size <= EI_NIDENT) throw new ModuleFormatError(source.size === 0 ? 'EINVAL' : 'ENOEXEC');
    const start = source.read(HEADER_SLOT, 0, Math.min(source.size, 64));
    this.form = identify(start);
    const { header, section } = structsOf(this.form);
    const headerSize = this.form.bits === 64 ? 64 : 52;
    if (source.size <= headerSize) throw new ModuleFormatError('EINVAL');
    const view = viewOf(start);
    const { littleEndian } = this.form;
    this.machine = view.getUint16(header.machine, littleEndian);
    this.#headersAt = readWord(view, header.shoff, this.form);
    this.#count = view.getUint16(header.shnum, littleEndian);
    if (view.getUint16(header.shentsize, littleEndian) !== section.size) throw new ModuleFormatError('EINVAL');
    this.#checkRange(this.#headersAt, this.#count * section.size);
    this.#findSections(view.getUint16(header.shstrndx, littleEndian));
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
    return this.#rangeIn(viewOf(this.source.read(TABLE_SLOT, this.#headersAt + index * size, size)), 0);
  }

  #findSections(stringsIndex: number): void {
    const { size, name } = structsOf(this.form).section;
    const before = Math.min(READ_BEFORE_HEADERS, this.#headersAt);
    const start = this.#headersAt - before;
    const bytes = this.source.read(TABLE_SLOT, start, before + this.#count * size);
    const view = viewOf(bytes);
    const strings =
      stringsIndex === 0 || stringsIndex >= this.#count ? undefined : this.#rangeIn(view, before + stringsIndex * size);
    if (strings === undefined || strings.size === 0) throw new ModuleFormatError('EINVAL');
    const isRead = strings.offset >= start && strings.offset + strings.size <= start + bytes.length;
    const names = isRead
      ? bytes.subarray(strings.offset - start, strings.offset - start + strings.size)
      : this.source.read(NAMES_SLOT, strings.offset, strings.size);
    if (names[names.length - 1] !== 0) throw new ModuleFormatError('EINVAL');
    for (let i = 1; i < this.#count; i++) {
      const at = before + i * size;
      const wanted = wantedName(names, view.getUint32(at + name, this.form.littleEndian));
      if (wanted >= 0) this.#found[wanted] ??= this.#rangeIn(view, at);
    }
  }

  #rangeIn(view: DataView, at: number): SectionRange | undefined {
    const fields = structsOf(this.form).section;
    const offset = readWord(view, at + fields.offset, this.form);
    const size = readWord(view, at + fields.length, this.form);
    return offset + size <= this.source.size ? { offset, size } : undefined;
  }

  #checkRange(offset: number, size: number): void {
    if (offset + size > this.source.size) throw new ModuleFormatError('EINVAL');
  }
}

function identify(start: Buffer): ElfForm {
  if (!hasElfMagic(start)) throw new ModuleFormatError('ENOEXEC');
  const form = start[4] === ELFCLASS64 ? ELF64_LE : ELF32_LE;
  const isKnown = start[4] === ELFCLASS64 || start[4] === ELFCLASS32;
  if (!isKnown || (start[5] !== ELFDATA2LSB && start[5] !== ELFDATA2MSB)) throw new ModuleFormatError('EINVAL');
  return start[5] === ELFDATA2LSB ? form : { bits: form.bits, littleEndian: false };
}

/** Second characters of NAMES: `m`, `s`, `_`. Most sections are sorted out by them. */
const SECOND = [0x6d, 0x73, 0x5f];

/** Which of NAMES stands at `offset`; -1: none. */
function wantedName(names: Buffer, offset: number): number {
  const second = names[offset + 1];
  if (second !== SECOND[0] && second !== SECOND[1] && second !== SECOND[2]) return -1;
  for (let i = 0; i < NAME_BYTES.length; i++) {
    const wanted = NAME_BYTES[i]!;
    let at = 0;
    while (at < wanted.length && names[offset + at] === wanted[at]) at++;
    if (at === wanted.length) return i;
  }
  return -1;
}

/** A view for integers of the file's byte order. */
export function viewOf(bytes: Buffer): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** A word of 32 or 64 bits as a double. */
export function readWord(view: DataView, at: number, form: ElfForm): number {
  if (form.bits === 32) return view.getUint32(at, form.littleEndian);
  const [low, high] = form.littleEndian ? [at, at + 4] : [at + 4, at];
  return view.getUint32(high, form.littleEndian) * 0x1_0000_0000 + view.getUint32(low, form.littleEndian);
}
