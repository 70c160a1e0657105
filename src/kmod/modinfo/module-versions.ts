import { ByteView } from '../../elf/byte-view.ts';
import { cString, cStringStarts } from '../../elf/c-string.ts';
import type { ElfView } from '../../elf/elf-view.ts';
import { ModinfoError, sectionStrings } from './modinfo.ts';

/** A symbol with its CRC, as `0x%08x` digits. */
export interface SymbolVersion {
  readonly name: string;
  readonly crc: string;
}

/** Size of `struct modversion_info`, in every form. Source: kernel, include/linux/module.h. */
const ENTRY_SIZE = 64;
const CRC_PREFIX = '__crc_';
const SHN_ABS = 0xfff1;
const ALL_ONES = 'f'.repeat(16);

const digits = (crc: number): string => crc.toString(16).padStart(8, '0');

/**
 * The symbols that a module wants with the CRCs that it was built against: its `__versions`
 * (kmod: `kmod_elf_get_modversions`). Raises ModinfoError: ENOENT (no such section), EINVAL.
 */
export function wantedVersions(elf: ElfView): SymbolVersion[] {
  const index = elf.findSection('__versions');
  if (index === 0) throw new ModinfoError('ENOENT');
  const bytes = elf.sectionBytes(index);
  if (bytes.length % ENTRY_SIZE !== 0) throw new ModinfoError('EINVAL');
  const view = new ByteView(bytes, elf.form);
  const crcSize = elf.form.bits / 8;
  return Array.from({ length: bytes.length / ENTRY_SIZE }, (_, i) => {
    const name = cString(bytes.subarray(0, (i + 1) * ENTRY_SIZE), i * ENTRY_SIZE + crcSize);
    if (name.length >= ENTRY_SIZE - crcSize) throw new ModinfoError('EINVAL');
    return { name: name.replace(/^\./, ''), crc: wordDigits(view, i * ENTRY_SIZE) };
  });
}

function wordDigits(view: ByteView, at: number): string {
  const high = view.wordHigh(at);
  return (high === 0 ? '' : high.toString(16)) + digits(view.wordLow(at));
}

/**
 * The symbols that a module exports: the `__crc_` symbols of its symbol table, and without any the names of
 * `__ksymtab_strings`, with CRC 0 (kmod: `kmod_elf_get_symbols`). Raises ModinfoError: ENOENT (neither).
 */
export function exportedVersions(elf: ElfView): SymbolVersion[] {
  const crcs = crcSymbols(elf);
  if (crcs.length > 0) return crcs;
  const index = elf.findSection('__ksymtab_strings');
  if (index === 0) throw new ModinfoError('ENOENT');
  return sectionStrings(elf.sectionBytes(index)).map((name) => ({ name, crc: digits(0) }));
}

function crcSymbols(elf: ElfView): SymbolVersion[] {
  const found: SymbolVersion[] = [];
  const symbols = elf.symbols(elf.findSection('.symtab'));
  const strings = elf.sectionBytes(elf.findSection('.strtab'));
  for (let i = 1; i < symbols.count; i++) {
    const at = symbols.name(i);
    if (!cStringStarts(strings, at, CRC_PREFIX)) continue;
    const crc = crcOf(elf, symbols.section(i), symbols.address(i) >>> 0);
    found.push({ name: cString(strings, at + CRC_PREFIX.length), crc });
  }
  return found;
}

/** A CRC stands in the symbol's value, or where the value points to in the symbol's section. */
function crcOf(elf: ElfView, section: number, value: number): string {
  if (section === SHN_ABS || section === 0) return digits(value);
  const bytes = elf.sectionBytes(section);
  return value + 4 > bytes.length ? ALL_ONES : digits(new ByteView(bytes, elf.form).u32(value));
}
