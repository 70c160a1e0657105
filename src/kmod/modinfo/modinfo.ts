import type { ErrnoName } from '../../abi/errno.ts';
import { byteString } from '../../elf/c-string.ts';
import { ElfView } from '../../elf/elf-view.ts';
import { ModuleFormatError, ModuleSections } from '../depmod/module-sections.ts';
import { readPiece, type SectionSource } from '../depmod/section-source.ts';
import { ModinfoFields } from './modinfo-field.ts';
import { signatureFields } from './modinfo-signature.ts';

/** A file is no module that can be read: the errno that kmod gives. */
export class ModinfoError extends Error {
  readonly errno: ErrnoName;
  /** What kmod dies of in place of that answer. */
  readonly assertion: string | undefined;

  constructor(errno: ErrnoName, assertion?: string) {
    super(errno);
    this.name = 'ModinfoError';
    this.errno = errno;
    this.assertion = assertion;
  }
}

const IDENT_SIZE = 16;

/** Opens a module's file as kmod does (`kmod_elf_new`). Raises ModinfoError: ENOEXEC, EINVAL. */
export function openModuleElf(bytes: Uint8Array): ElfView {
  if (bytes.length === 0) throw new ModinfoError('EINVAL');
  const isElf = bytes.length > IDENT_SIZE && byteString(bytes, 0, 4) === '\x7fELF';
  if (!isElf) throw new ModinfoError('ENOEXEC');
  const elf = ElfView.open(bytes);
  if (elf === undefined || elf.sections.count === 0) throw new ModinfoError('EINVAL');
  const names = elf.sectionBytes(elf.header.shstrndx);
  if (elf.header.shstrndx === 0 || names.length === 0 || names.at(-1) !== 0) throw new ModinfoError('EINVAL');
  return elf;
}

/** The strings of a section that holds NUL-separated strings. */
export function sectionStrings(bytes: Uint8Array): string[] {
  return byteString(bytes, 0, bytes.length)
    .split('\0')
    .filter((text) => text !== '');
}

/**
 * A module file's .modinfo in its order, then the fields of an appended signature (kmod: `kmod_module_get_info`).
 * Reads no more of the file than these. Raises ModinfoError: ENOEXEC, EINVAL, ENOENT (no .modinfo).
 */
export function moduleFileInfo(source: SectionSource): ModinfoFields {
  const range = sectionsOf(source).range('.modinfo');
  if (range === undefined) throw new ModinfoError('ENOENT');
  const section = Buffer.from(readPiece(source, range.offset, range.size));
  return new ModinfoFields(section, signatureFields(source));
}

function sectionsOf(source: SectionSource): ModuleSections {
  try {
    return new ModuleSections(source);
  } catch (error) {
    throw error instanceof ModuleFormatError ? new ModinfoError(error.errno, error.assertion) : error;
  }
}
