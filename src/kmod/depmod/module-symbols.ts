import { SHN, STB_WEAK } from '../../abi/elf.ts';
import { structsOf } from '../../elf/elf-form.ts';
import { GrowingWords } from '../growing-words.ts';
import type { ModuleFacts, SymbolVersions } from './module-facts.ts';
import { type ModuleSections, readWord } from './module-sections.ts';

/** `__crc_`: its first four bytes and the two behind them as little-endian numbers. */
const CRC_START = 0x72635f5f;
const CRC_REST = 0x5f63;
const CRC_LENGTH = 6;
const EM_SPARC = 2;
const EM_SPARCV9 = 43;
const STT_REGISTER = 13;
const MODVERSION_SIZE = 64;
/** Of this module itself, for the loops. */
const UNDEFINED: number = SHN.UNDEF;

/**
 * Reads which symbols a module exports and needs, as kmod finds them (libkmod/libkmod-elf.c, `kmod_elf_get_symbols`,
 * `kmod_elf_get_dependency_symbols`): appends their numbers to `facts`. One reader serves many modules.
 */
export class SymbolReader {
  readonly #facts: ModuleFacts;
  readonly #withVersions: boolean;
  /** By symbol: the last module that had it undefined, counted in `#round`. */
  #seen = new Int32Array(1 << 16);
  #round = 0;
  /** What the module at hand has undefined. */
  readonly #needs = new GrowingWords(1 << 10);
  /** CRCs and bindings of the module at hand. */
  #versions = noVersions();
  #exportsEnd = 0;

  /** `withVersions`: CRCs and bindings are wanted too. */
  constructor(facts: ModuleFacts, withVersions: boolean) {
    this.#facts = facts;
    this.#withVersions = withVersions;
  }

  /** CRCs and bindings of the symbols that were read last; undefined: they are not wanted. */
  get versions(): SymbolVersions | undefined {
    return this.#withVersions ? this.#versions : undefined;
  }

  /** Where the exported symbols end; the needed ones end where the numbers do. */
  read(sections: ModuleSections): number {
    const { numbers } = this.#facts;
    this.#round++;
    this.#needs.length = 0;
    if (this.#withVersions) this.#versions = noVersions();
    const start = numbers.length;
    const table = openSymbols(sections);
    const isWhole = table !== undefined && this.#scan(sections, table);
    if (numbers.length === start) this.#exportedStrings(sections);
    this.#exportsEnd = numbers.length;
    if (isWhole) {
      numbers.append(this.#needs.values());
      if (!this.#versionEntries(sections)) numbers.length = this.#exportsEnd;
    }
    return this.#exportsEnd;
  }

  #export(id: number, crc: number): void {
    this.#facts.numbers.push(id);
    if (this.#withVersions) this.#versions.exportCrcs.push(crc);
  }

  /**
   * Goes through `.symtab`: what `__crc_X` symbols export goes to the facts, undefined symbols to the needs. A name
   * beyond the strings: nothing is exported this way. False: that of an undefined one, the module needs nothing.
   */
  #scan(sections: ModuleSections, { symbols, strings, stringsEnd, fields, count, littleEndian }: Symbols): boolean {
    const { view } = sections.source;
    const { numbers, pool } = this.#facts;
    const { name: nameAt, shndx: shndxAt, size } = fields;
    const exportsStart = numbers.length;
    let areNamed = true;
    let isWhole = true;
    const end = symbols + count * size;
    for (let at = symbols + size; at < end; at += size) {
      const name = strings + view.getUint32(at + nameAt, littleEndian);
      const isNamed = name < stringsEnd;
      if (!isNamed) areNamed = false;
      else if (name + CRC_LENGTH <= stringsEnd && view.getUint32(name, true) === CRC_START) {
        if (view.getUint16(name + 4, true) === CRC_REST) {
          const crc = this.#withVersions ? resolveCrc(sections, fields, at) : 0;
          this.#export(pool.intern(view, name + CRC_LENGTH, stringsEnd), crc);
        }
      }
      if (view.getUint16(at + shndxAt, littleEndian) !== UNDEFINED) continue;
      if (!this.#undefined(sections, at + fields.info, name, stringsEnd)) isWhole = false;
    }
    if (!areNamed) {
      numbers.length = exportsStart;
      this.#versions.exportCrcs.length = 0;
    }
    return isWhole;
  }

  /** Takes in an undefined symbol; false: its name stands beyond the strings. */
  #undefined({ source: { view }, machine }: ModuleSections, infoAt: number, name: number, stringsEnd: number): boolean {
    const info = view.getUint8(infoAt);
    if ((machine === EM_SPARC || machine === EM_SPARCV9) && (info & 0xf) === STT_REGISTER) return true;
    if (name >= stringsEnd) return false;
    if (view.getUint8(name) === 0) return true;
    const id = this.#facts.pool.intern(view, name, stringsEnd);
    this.#mark(id);
    this.#needs.push(id);
    if (this.#withVersions) {
      this.#versions.needCrcs.push(0);
      this.#versions.weak.push(info >> 4 === STB_WEAK ? 1 : 0);
    }
    return true;
  }

  /** The strings of `__ksymtab_strings`, which carry no CRC. */
  #exportedStrings(sections: ModuleSections): void {
    const range = sections.range('__ksymtab_strings');
    if (range === undefined) return;
    const start = sections.source.at(range.offset, range.size);
    const end = start + range.size;
    const { bytes, view } = sections.source;
    if (range.size === 0 || bytes[end - 1] !== 0) return;
    for (let at = start; at < end; ) {
      const nul = bytes.indexOf(0, at);
      if (nul > at) this.#export(this.#facts.pool.intern(view, at, nul), 0);
      at = nul + 1;
    }
  }

  /** The entries of `__versions` that are not undefined in `.symtab`; CRCs for those that are. False: damaged. */
  #versionEntries(sections: ModuleSections): boolean {
    const range = sections.range('__versions');
    if (range === undefined || range.size % MODVERSION_SIZE !== 0) return true;
    const { numbers, pool } = this.#facts;
    const nameAt = sections.form.bits / 8;
    const start = sections.source.at(range.offset, range.size);
    const end = start + range.size;
    const { bytes, view } = sections.source;
    const crcs = this.#withVersions ? this.#readCrcs(sections, start, end) : undefined;
    for (let at = start; at < end; at += MODVERSION_SIZE) {
      const id = pool.intern(view, at + nameAt, at + MODVERSION_SIZE);
      if (this.#isMarked(id)) continue;
      if (view.getUint8(at + MODVERSION_SIZE - 1) !== 0 && isFull(bytes, at + nameAt, at + MODVERSION_SIZE))
        return false;
      numbers.push(id);
      if (crcs === undefined) continue;
      this.#versions.needCrcs.push(crcs.get(id) ?? 0);
      this.#versions.weak.push(0);
    }
    return true;
  }

  /** CRC by symbol of `__versions`, of equal names the first; those of the needs so far are put in. */
  #readCrcs({ source, form }: ModuleSections, start: number, end: number): Map<number, number> {
    const crcs = new Map<number, number>();
    const { pool, numbers } = this.#facts;
    for (let at = start; at < end; at += MODVERSION_SIZE) {
      const id = pool.intern(source.view, at + form.bits / 8, at + MODVERSION_SIZE);
      if (!crcs.has(id)) crcs.set(id, readWord(source.view, at, form));
    }
    const { needCrcs } = this.#versions;
    for (let i = 0; i < needCrcs.length; i++) needCrcs[i] = crcs.get(numbers.words[this.#exportsEnd + i]!) ?? 0;
    return crcs;
  }

  #mark(id: number): void {
    if (id >= this.#seen.length) {
      const larger = new Int32Array(Math.max(this.#seen.length * 2, id + 1));
      larger.set(this.#seen);
      this.#seen = larger;
    }
    this.#seen[id] = this.#round;
  }

  #isMarked(id: number): boolean {
    return id < this.#seen.length && this.#seen[id] === this.#round;
  }
}

/** `.symtab` and `.strtab`: places in the bytes of the source. */
interface Symbols {
  readonly symbols: number;
  readonly count: number;
  readonly strings: number;
  readonly stringsEnd: number;
  readonly fields: ReturnType<typeof structsOf>['symbol'];
  readonly littleEndian: boolean;
}

function openSymbols(sections: ModuleSections): Symbols | undefined {
  const symtab = sections.range('.symtab');
  const strtab = sections.range('.strtab');
  const fields = structsOf(sections.form).symbol;
  if (symtab === undefined || strtab === undefined || symtab.size % fields.size !== 0) return undefined;
  const symbols = sections.source.at(symtab.offset, symtab.size);
  const strings = sections.source.at(strtab.offset, strtab.size);
  return {
    symbols,
    count: symtab.size / fields.size,
    strings,
    stringsEnd: strings + strtab.size,
    fields,
    littleEndian: sections.form.littleEndian,
  };
}

const noVersions = (): SymbolVersions => ({ exportCrcs: [], needCrcs: [], weak: [] });

/** The CRC that the `__crc_X` symbol at `at` stands for (kmod: `kmod_elf_resolve_crc`); -1: it points nowhere. */
function resolveCrc(sections: ModuleSections, fields: Symbols['fields'], at: number): number {
  const { source, form } = sections;
  const value = readWord(source.view, at + fields.value, form);
  const section = source.view.getUint16(at + fields.shndx, form.littleEndian);
  if (section === SHN.ABS || section === SHN.UNDEF) return value;
  const range = sections.rangeAt(section);
  if (range === undefined || value + 4 > range.size) return -1;
  const place = source.at(range.offset + value, 4);
  return source.view.getUint32(place, form.littleEndian);
}

/** No NUL within the field: the name is too long. */
function isFull(bytes: Buffer, start: number, end: number): boolean {
  const nul = bytes.indexOf(0, start);
  return nul < 0 || nul >= end;
}
