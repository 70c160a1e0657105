import { SHF, SHT } from '../../abi/elf.ts';
import { relocationName } from '../../abi/relocation-names.ts';
import { cString } from '../../elf/c-string.ts';
import { type LoadInfo, sectionContents } from '../../kernel/load-info.ts';

/** How often a relocation type occurs. */
export interface RelocationCount {
  readonly name: string;
  readonly count: number;
}

/** One relocation and what it came to. */
export interface AppliedRelocation {
  /** The section that was changed, and where in it. */
  readonly section: string;
  readonly offset: number;
  /** Name of the type: `R_X86_64_PC32`. */
  readonly type: string;
  /** The symbol's name; a section symbol has its section's. */
  readonly symbol: string;
  readonly addend: number;
  /** The bytes at the place now, as one little-endian number in hexadecimal digits; empty: the type writes nothing. */
  readonly value: string;
}

/** One `Elf_Rela` entry, as it stands in the file. */
interface Entry {
  readonly section: number;
  readonly offset: number;
  readonly type: number;
  readonly symbol: number;
  readonly addend: number;
}

/** Relocations that the loader applies, by type, the most frequent first. */
export function countRelocations(info: LoadInfo): RelocationCount[] {
  const counts = new Map<number, number>();
  for (const { type } of entries(info)) counts.set(type, (counts.get(type) ?? 0) + 1);
  return [...counts]
    .sort((one, other) => other[1] - one[1])
    .map(([type, count]) => ({ name: relocationName(info.arch.elfMachine, type), count }));
}

/** All relocations, in the loader's order. Requires that `apply_relocations` is over and nothing behind it. */
export function listRelocations(info: LoadInfo): AppliedRelocation[] {
  return Array.from(entries(info), (entry) => ({
    section: info.view.sectionName(entry.section),
    offset: entry.offset,
    type: relocationName(info.arch.elfMachine, entry.type),
    symbol: symbolName(info, entry.symbol),
    addend: entry.addend,
    value: valueAt(info, entry),
  }));
}

/** Entries of the relocation sections of sections in memory. */
function* entries(info: LoadInfo): Iterable<Entry> {
  const { type, info: target, flags, count } = info.view.sections;
  for (let i = 1; i < count; i++) {
    const section = target[i]!;
    if ((type[i] === SHT.RELA || type[i] === SHT.REL) && section < count && flags[section]! & SHF.ALLOC) {
      yield* sectionEntries(info, i, section);
    }
  }
}

/** Reads `Elf64_Rela`, `Elf32_Rela` or `Elf32_Rel`; System V ABI, chapter 4, "Relocation". */
function* sectionEntries({ view, arch }: LoadInfo, table: number, section: number): Iterable<Entry> {
  const bytes = view.sectionBytes(table);
  const data = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { bits, littleEndian } = arch.form;
  const word = bits / 8;
  for (let at = 0; at + arch.relocationSize <= bytes.length; at += arch.relocationSize) {
    const low = data.getUint32(at + word, littleEndian);
    yield {
      section,
      offset: data.getUint32(at, littleEndian),
      type: bits === 64 ? low : low & 0xff,
      symbol: bits === 64 ? data.getUint32(at + word + 4, littleEndian) : low >>> 8,
      addend: arch.relocationSection === 'rel' ? 0 : addendAt(data, at + 2 * word, bits, littleEndian),
    };
  }
}

function addendAt(data: DataView, at: number, bits: number, littleEndian: boolean): number {
  return bits === 64 ? Number(data.getBigInt64(at, littleEndian)) : data.getInt32(at, littleEndian);
}

function symbolName({ view, image, strtab, symbols }: LoadInfo, index: number): string {
  const own = index < symbols.count ? cString(image, strtab + symbols.name(index)) : '';
  return own === '' && symbols.section(index) < view.sections.count ? view.sectionName(symbols.section(index)) : own;
}

function valueAt(info: LoadInfo, { section, offset, type }: Entry): string {
  const width = info.arch.relocationWidth(type);
  const bytes = sectionContents(info, section).subarray(offset, offset + width);
  return bytes.reduceRight((text, byte) => text + byte.toString(16).padStart(2, '0'), '');
}
