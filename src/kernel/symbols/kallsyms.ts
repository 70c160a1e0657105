import { SHF, SHN, SHT, STB_WEAK, STT_OBJECT } from '../../abi/elf.ts';
import { cStringLength, cStringStarts, nameLength } from '../../elf/c-string.ts';
import { structsOf } from '../../elf/elf-form.ts';
import type { Kernel } from '../kernel.ts';
import { align, place, sectionAlignment, strictAlign } from '../layout.ts';
import { AREA, type CoreSymbols, type LoadInfo, sectionContents } from '../load-info.ts';
import { loaderDebug } from '../log/loader-debug.ts';

/** `sizeof(struct mod_kallsyms)` in words. */
export const KALLSYMS_WORDS = 4;

/**
 * `layout_symtab`, kernel/module/kallsyms.c: the whole symbol table goes to the end of the init area, room for the
 * core symbols, their names and type letters to the end of the core area.
 */
export function layoutSymtab(kernel: Kernel, info: LoadInfo): void {
  const { index, view, symtab, module } = info;
  const { flags } = view.sections;
  const wordSize = view.form.bits / 8;
  flags[index.sym] = flags[index.sym]! | SHF.ALLOC;
  place(info, index.sym, AREA.INIT);
  loaderDebug(kernel, 'symbolSection', () => `\t${view.sectionName(index.sym)}`);

  const kept = findCoreSymbols(info);
  symtab.kept = kept;
  symtab.symoffs = align(module.core.size, sectionAlignment(info, index.sym));
  symtab.stroffs = symtab.symoffs + kept.count * structsOf(view.form).symbol.size;
  symtab.coreTypeoffs = symtab.stroffs + kept.nameBytes;
  module.core.size = strictAlign(kernel, info, symtab.coreTypeoffs + kept.count);

  flags[index.str] = flags[index.str]! | SHF.ALLOC;
  place(info, index.str, AREA.INIT);
  loaderDebug(kernel, 'stringSection', () => `\t${view.sectionName(index.str)}`);
  symtab.initTypeoffs = align(module.init.size, wordSize) + KALLSYMS_WORDS * wordSize;
  module.init.size = strictAlign(kernel, info, symtab.initTypeoffs + info.symbols.count);
}

/**
 * `is_core_symbol` with CONFIG_KALLSYMS_ALL, of all symbols; symbol 0 and all of a livepatch module's are kept too.
 * Requires `area`.
 */
export function findCoreSymbols(info: LoadInfo): CoreSymbols {
  const { image, symbols, strtab, livepatch } = info;
  const stays = coreSections(info);
  const indexes = new Uint32Array(symbols.count);
  const lengths = new Uint32Array(symbols.count);
  let count = 0;
  let nameBytes = 0;
  for (let i = 0; i < symbols.count; i++) {
    const name = symbols.names[i]!;
    if (i > 0 && !livepatch && (name === 0 || !stays[symbols.sections[i]!])) continue;
    const length = nameLength(image, strtab + name);
    indexes[count] = i;
    lengths[count++] = length;
    nameBytes += length + 1;
  }
  return { indexes, lengths, count, nameBytes };
}

/** 1 for each section whose symbols stay. */
function coreSections({ view, index, area }: LoadInfo): Uint8Array {
  const { flags, count } = view.sections;
  const stays = new Uint8Array(count);
  for (let i = 1; i < count; i++) {
    if (i === index.pcpu || (flags[i]! & SHF.ALLOC && area[i] !== AREA.INIT)) stays[i] = 1;
  }
  return stays;
}

/**
 * `add_kallsyms`: writes the type letters, then copies the core symbols to the end of the core area.
 * Requires final symbol values. Sets `module.kallsyms` and `module.initKallsyms`.
 */
export function addKallsyms(_kernel: Kernel, info: LoadInfo): void {
  const { view, symtab, module, symbols } = info;
  const letters = info.init.subarray(symtab.initTypeoffs, symtab.initTypeoffs + symbols.count);
  const bySection = sectionLetters(info);
  for (let i = 0; i < symbols.count; i++) letters[i] = elfType(info, i, bySection);
  copyCoreSymbols(info, letters);
  copyNames(info);
  module.kallsyms.symtab = module.core.base + symtab.symoffs;
  module.kallsyms.strtab = module.core.base + symtab.stroffs;
  module.kallsyms.typetab = module.core.base + symtab.coreTypeoffs;
  module.kallsyms.count = symtab.kept.count;
  const { entrySize } = view.sections;
  module.initKallsyms.symtab = module.init.base + entrySize[info.index.sym]!;
  module.initKallsyms.strtab = module.init.base + entrySize[info.index.str]!;
  module.initKallsyms.typetab = module.init.base + symtab.initTypeoffs;
  module.initKallsyms.count = symbols.count;
}

/** The core symbols and their letters: most stand next to each other and are copied together. */
function copyCoreSymbols(info: LoadInfo, letters: Uint8Array): void {
  const { core, symtab } = info;
  const { indexes, count } = symtab.kept;
  const bytes = sectionContents(info, info.index.sym);
  const { size } = structsOf(info.view.form).symbol;
  for (let from = 0, to = 0; from < count; from = to) {
    const first = indexes[from]!;
    for (to = from + 1; to < count && indexes[to] === first + to - from; ) to++;
    const end = first + to - from;
    copy(bytes.subarray(first * size, end * size), core, symtab.symoffs + from * size);
    copy(letters.subarray(first, end), core, symtab.coreTypeoffs + from);
  }
}

/** The names of the core symbols, one behind the other; those that stand so already are copied together. */
function copyNames(info: LoadInfo): void {
  const { core, symtab, symbols } = info;
  const { indexes, lengths, count } = symtab.kept;
  const { entrySize, size } = info.view.sections;
  const strings = info.init.subarray(entrySize[info.index.str]!);
  const inTable = size[info.index.str]!;
  const fields = structsOf(info.view.form).symbol;
  const words = new DataView(core.buffer, core.byteOffset, core.byteLength);
  let run = { from: 0, to: 0, target: symtab.stroffs };
  let name = symtab.stroffs;
  for (let k = 0; k < count; k++) {
    const from = symbols.names[indexes[k]!]!;
    const length = from + lengths[k]! < inTable ? lengths[k]! : cStringLength(strings, from);
    words.setUint32(symtab.symoffs + k * fields.size + fields.name, name - symtab.stroffs, info.view.form.littleEndian);
    if (from !== run.to) {
      copy(strings.subarray(run.from, run.to), core, run.target);
      run = { from, to: from, target: name };
    }
    run.to = from + length + 1;
    name += length + 1;
  }
  copy(strings.subarray(run.from, run.to), core, run.target);
}

/** As much of some bytes as there is room for. */
function copy(from: Uint8Array, to: Uint8Array, target: number): void {
  if (target < to.length) to.set(from.subarray(0, to.length - target), target);
}

/** `elf_type`: the letter as nm(1) shows it. */
function elfType({ symbols, index }: LoadInfo, i: number, sectionLetters: Uint8Array): number {
  const kind = symbols.infos[i]!;
  if (kind >> 4 === STB_WEAK) return (kind & 15) === STT_OBJECT ? LETTER.v : LETTER.w;
  const section = symbols.sections[i]!;
  if (section === SHN.UNDEF) return LETTER.U;
  if (section === SHN.ABS || section === index.pcpu) return LETTER.a;
  return section >= SHN.LORESERVE ? LETTER['?'] : (sectionLetters[section] ?? LETTER['?']);
}

const LETTER = { v: 0x76, w: 0x77, U: 0x55, a: 0x61, '?': 0x3f } as const;

function sectionLetters(info: LoadInfo): Uint8Array {
  return Uint8Array.from({ length: info.view.sections.count }, (_, i) => sectionLetter(info, i).charCodeAt(0));
}

function sectionLetter({ view, image }: LoadInfo, section: number): string {
  const flags = view.sections.flags[section] ?? 0;
  const noBits = view.sections.type[section] === SHT.NOBITS;
  if (flags & SHF.EXECINSTR) return 't';
  if (flags & SHF.ALLOC && !noBits) return flags & SHF.WRITE ? 'd' : 'r';
  if (noBits) return 'b';
  return cStringStarts(image, view.sectionNameOffset(section), '.debug') ? 'n' : '?';
}
