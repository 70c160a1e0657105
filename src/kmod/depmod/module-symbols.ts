import { SHN, STB_WEAK } from '../../abi/elf.ts';
import { structsOf } from '../../elf/elf-form.ts';
import type { ModuleFacts, SymbolVersions } from './module-facts.ts';
import { type ModuleSections, readWord, viewOf } from './module-sections.ts';
import type { SymbolPool } from './symbol-pool.ts';

const SYMTAB_SLOT = 3;
const STRTAB_SLOT = 4;
const VERSIONS_SLOT = 5;
const CRC_SLOT = 0;

const CRC_PREFIX = Buffer.from('__crc_', 'latin1');
const EM_SPARC = 2;
const EM_SPARCV9 = 43;
const STT_REGISTER = 13;
const MODVERSION_SIZE = 64;
/** Of this module itself, for the loops. */
const UNDEFINED: number = SHN.UNDEF;
const IS_LITTLE_ENDIAN = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/** What a module's symbols come to. */
type SymbolFacts = Pick<ModuleFacts, 'exports' | 'needs' | 'versions'>;

/** Symbols with CRC and binding, one column each. */
class Columns {
  readonly ids: number[] = [];
  readonly crcs: number[] = [];
  readonly weak: number[] = [];
}

/**
 * Reads which symbols a module exports and needs, as kmod finds them (libkmod/libkmod-elf.c, `kmod_elf_get_symbols`,
 * `kmod_elf_get_dependency_symbols`). One reader serves many modules; symbols are numbered in `pool`.
 */
export class SymbolReader {
  readonly #pool: SymbolPool;
  readonly #withVersions: boolean;
  #exports = new Columns();
  #needs = new Columns();
  /** By symbol: the last module that had it undefined, counted in `#round`. */
  #seen = new Int32Array(1 << 16);
  #round = 0;

  /** With `withVersions` the facts carry CRCs and bindings. */
  constructor(pool: SymbolPool, withVersions: boolean) {
    this.#pool = pool;
    this.#withVersions = withVersions;
  }

  read(sections: ModuleSections): SymbolFacts {
    this.#round++;
    this.#exports = new Columns();
    this.#needs = new Columns();
    const table = openSymbols(sections);
    if (table === undefined || !this.#crcSymbols(sections, table)) this.#exportedStrings(sections);
    if (table !== undefined && !(this.#undefined(sections, table) && this.#versionEntries(sections))) {
      this.#needs = new Columns();
    }
    return this.#result();
  }

  #result(): SymbolFacts {
    const { ids: exports, crcs: exportCrcs } = this.#exports;
    const { ids: needs, crcs: needCrcs, weak } = this.#needs;
    const versions: SymbolVersions | undefined = this.#withVersions ? { exportCrcs, needCrcs, weak } : undefined;
    return { exports, needs, versions };
  }

  #export(id: number, crc: number): void {
    this.#exports.ids.push(id);
    if (this.#withVersions) this.#exports.crcs.push(crc);
  }

  #need(id: number, crc: number, weak: number): void {
    this.#needs.ids.push(id);
    if (!this.#withVersions) return;
    this.#needs.crcs.push(crc);
    this.#needs.weak.push(weak);
  }

  /** `__crc_X` symbols; false: there are none, or the table is damaged. */
  #crcSymbols(sections: ModuleSections, table: Symbols): boolean {
    const { strings, view, fields, count, littleEndian } = table;
    if (strings.indexOf(CRC_PREFIX) < 0) return false;
    for (let i = 1, at = fields.size; i < count; i++, at += fields.size) {
      const name = view.getUint32(at + fields.name, littleEndian);
      if (name >= strings.length) {
        this.#exports = new Columns();
        return false;
      }
      if (!startsWithCrc(strings, name)) continue;
      const id = this.#pool.intern(strings, name + CRC_PREFIX.length, strings.length);
      this.#export(id, this.#withVersions ? resolveCrc(sections, table, at) : 0);
    }
    return this.#exports.ids.length > 0;
  }

  /** The strings of `__ksymtab_strings`, which carry no CRC. */
  #exportedStrings(sections: ModuleSections): void {
    const range = sections.range('__ksymtab_strings');
    if (range === undefined) return;
    const bytes = sections.source.read(VERSIONS_SLOT, range.offset, range.size);
    if (bytes[bytes.length - 1] !== 0) return;
    for (let at = 0; at < bytes.length; ) {
      const end = bytes.indexOf(0, at);
      if (end > at) this.#export(this.#pool.intern(bytes, at, end), 0);
      at = end + 1;
    }
  }

  /** The undefined symbols of `.symtab`; false: damaged, the module needs nothing. */
  #undefined(sections: ModuleSections, table: Symbols): boolean {
    const { halves, fields, count } = table;
    if (halves === undefined) {
      for (let i = 1; i < count; i++) if (!this.#undefinedAt(sections, table, i)) return false;
      return true;
    }
    const [step, start] = [fields.size / 2, fields.shndx / 2];
    for (let i = 1, at = start + step; i < count; i++, at += step) {
      if (halves[at] === UNDEFINED && !this.#undefinedAt(sections, table, i)) return false;
    }
    return true;
  }

  #undefinedAt(sections: ModuleSections, { strings, view, fields, littleEndian }: Symbols, index: number): boolean {
    const at = index * fields.size;
    if (view.getUint16(at + fields.shndx, littleEndian) !== UNDEFINED) return true;
    const info = view.getUint8(at + fields.info);
    const hasRegisters = sections.machine === EM_SPARC || sections.machine === EM_SPARCV9;
    if (hasRegisters && (info & 0xf) === STT_REGISTER) return true;
    const name = view.getUint32(at + fields.name, littleEndian);
    if (name >= strings.length) return false;
    if (strings[name] === 0) return true;
    const id = this.#pool.intern(strings, name, strings.length);
    this.#mark(id);
    this.#need(id, 0, info >> 4 === STB_WEAK ? 1 : 0);
    return true;
  }

  /** The entries of `__versions` that are not undefined in `.symtab`; CRCs for those that are. False: damaged. */
  #versionEntries(sections: ModuleSections): boolean {
    const range = sections.range('__versions');
    if (range === undefined || range.size % MODVERSION_SIZE !== 0) return true;
    const { form, source } = sections;
    const bytes = source.read(VERSIONS_SLOT, range.offset, range.size);
    const nameAt = form.bits / 8;
    const crcs = this.#withVersions ? readCrcs(bytes, sections, this.#pool) : undefined;
    if (crcs !== undefined)
      this.#needs.ids.forEach((id, i) => {
        this.#needs.crcs[i] = crcs.get(id) ?? 0;
      });
    for (let at = 0; at < bytes.length; at += MODVERSION_SIZE) {
      const id = this.#pool.intern(bytes, at + nameAt, at + MODVERSION_SIZE);
      if (this.#isMarked(id)) continue;
      if (bytes[at + MODVERSION_SIZE - 1] !== 0 && isFull(bytes, at + nameAt, at + MODVERSION_SIZE)) return false;
      this.#need(id, crcs?.get(id) ?? 0, 0);
    }
    return true;
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

/** `.symtab` and `.strtab`, open for reading. */
interface Symbols {
  readonly view: DataView;
  /** The same in steps of two bytes, for the scan over all symbols; only where the machine can read them so. */
  readonly halves: Uint16Array | undefined;
  readonly count: number;
  readonly fields: ReturnType<typeof structsOf>['symbol'];
  readonly littleEndian: boolean;
  readonly strings: Buffer;
}

function openSymbols(sections: ModuleSections): Symbols | undefined {
  const symtab = sections.range('.symtab');
  const strtab = sections.range('.strtab');
  const fields = structsOf(sections.form).symbol;
  if (symtab === undefined || strtab === undefined || symtab.size % fields.size !== 0) return undefined;
  const bytes = sections.source.read(SYMTAB_SLOT, symtab.offset, symtab.size);
  const isDirect = sections.form.littleEndian === IS_LITTLE_ENDIAN && bytes.byteOffset % 2 === 0;
  const halves = isDirect ? new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.length >> 1) : undefined;
  const strings = sections.source.read(STRTAB_SLOT, strtab.offset, strtab.size);
  return {
    view: viewOf(bytes),
    halves,
    count: symtab.size / fields.size,
    fields,
    littleEndian: sections.form.littleEndian,
    strings,
  };
}

function startsWithCrc(strings: Buffer, at: number): boolean {
  for (let i = 0; i < CRC_PREFIX.length; i++) {
    if (strings[at + i] !== CRC_PREFIX[i]) return false;
  }
  return true;
}

/** The CRC that a `__crc_X` symbol stands for (kmod: `kmod_elf_resolve_crc`); -1: it points nowhere. */
function resolveCrc(sections: ModuleSections, { view, fields, littleEndian }: Symbols, at: number): number {
  const value = readWord(view, at + fields.value, sections.form);
  const section = view.getUint16(at + fields.shndx, littleEndian);
  if (section === SHN.ABS || section === SHN.UNDEF) return value;
  const range = sections.rangeAt(section);
  if (range === undefined || value + 4 > range.size) return -1;
  return viewOf(sections.source.read(CRC_SLOT, range.offset + value, 4)).getUint32(0, littleEndian);
}

/** CRC by symbol of `__versions`; of equal names the first counts. */
function readCrcs(bytes: Buffer, { form }: ModuleSections, pool: SymbolPool): Map<number, number> {
  const crcs = new Map<number, number>();
  const view = viewOf(bytes);
  for (let at = 0; at < bytes.length; at += MODVERSION_SIZE) {
    const id = pool.intern(bytes, at + form.bits / 8, at + MODVERSION_SIZE);
    if (!crcs.has(id)) crcs.set(id, readWord(view, at, form));
  }
  return crcs;
}

/** No NUL within the field: the name is too long. */
function isFull(bytes: Buffer, start: number, end: number): boolean {
  const nul = bytes.indexOf(0, start);
  return nul < 0 || nul >= end;
}
