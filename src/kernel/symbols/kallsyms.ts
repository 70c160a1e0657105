import { SHF, SHN, SHT, STB_WEAK, STT_OBJECT } from '../../abi/elf.ts';
import { cStringLength, cStringStarts, nameLength } from '../../elf/c-string.ts';
import { structsOf } from '../../elf/elf-form.ts';
import type { Kernel } from '../kernel.ts';
import { align, place, sectionAlignment, strictAlign } from '../layout.ts';
import { AREA, type LoadInfo, sectionContents } from '../load-info.ts';

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

  const kept = measureCoreSymbols(info);
  symtab.symoffs = align(module.core.size, sectionAlignment(info, index.sym));
  symtab.stroffs = symtab.symoffs + kept.count * structsOf(view.form).symbol.size;
  symtab.coreTypeoffs = symtab.stroffs + kept.nameBytes;
  module.core.size = strictAlign(kernel, info, symtab.coreTypeoffs + kept.count);

  flags[index.str] = flags[index.str]! | SHF.ALLOC;
  place(info, index.str, AREA.INIT);
  symtab.initTypeoffs = align(module.init.size, wordSize) + KALLSYMS_WORDS * wordSize;
  module.init.size = strictAlign(kernel, info, symtab.initTypeoffs + info.symbols.count);
}

/** How many symbols stay when init is done, and the bytes of their names. Requires `area`. */
export function measureCoreSymbols(info: LoadInfo): { count: number; nameBytes: number } {
  const { image, symbols, strtab } = info;
  let count = 0;
  let nameBytes = 0;
  for (let i = 0; i < symbols.count; i++) {
    if (!isCoreSymbol(info, i)) continue;
    nameBytes += nameLength(image, strtab + symbols.names[i]!) + 1;
    count++;
  }
  return { count, nameBytes };
}

/** `is_core_symbol` with CONFIG_KALLSYMS_ALL; symbol 0 and all of a livepatch module's are kept too. */
function isCoreSymbol({ symbols, livepatch, view, index, area }: LoadInfo, i: number): boolean {
  if (i === 0 || livepatch) return true;
  const section = symbols.sections[i]!;
  if (section === SHN.UNDEF || section >= view.sections.count || symbols.names[i] === 0) return false;
  if (section === index.pcpu) return true;
  return (view.sections.flags[section]! & SHF.ALLOC) !== 0 && area[section] !== AREA.INIT;
}

/**
 * `add_kallsyms`: writes the type letters, then copies the core symbols to the end of the core area.
 * Requires final symbol values. Sets `module.kallsyms` and `module.initKallsyms`.
 */
export function addKallsyms(_kernel: Kernel, info: LoadInfo): void {
  const { view, symtab, core, module, symbols } = info;
  const bytes = sectionContents(info, info.index.sym);
  const { size } = structsOf(view.form).symbol;
  const strings = info.init.subarray(view.sections.entrySize[info.index.str]!);
  const names = new DataView(core.buffer, core.byteOffset, core.byteLength);
  const letters = sectionLetters(info);
  let kept = 0;
  let name = symtab.stroffs;
  for (let i = 0; i < symbols.count; i++) {
    const letter = elfType(info, i, letters);
    info.init[symtab.initTypeoffs + i] = letter;
    if (!isCoreSymbol(info, i)) continue;
    const target = symtab.symoffs + kept * size;
    core[symtab.coreTypeoffs + kept++] = letter;
    copy(bytes, i * size, size, core, target);
    names.setUint32(target, name - symtab.stroffs, view.form.littleEndian);
    const length = cStringLength(strings, symbols.names[i]!);
    copy(strings, symbols.names[i]!, length, core, name);
    name += length + 1;
  }
  module.kallsyms.symtab = module.core.base + symtab.symoffs;
  module.kallsyms.strtab = module.core.base + symtab.stroffs;
  module.kallsyms.typetab = module.core.base + symtab.coreTypeoffs;
  module.kallsyms.count = kept;
  const { entrySize } = view.sections;
  module.initKallsyms.symtab = module.init.base + entrySize[info.index.sym]!;
  module.initKallsyms.strtab = module.init.base + entrySize[info.index.str]!;
  module.initKallsyms.typetab = module.init.base + symtab.initTypeoffs;
  module.initKallsyms.count = symbols.count;
}

function copy(from: Uint8Array, start: number, length: number, to: Uint8Array, target: number): void {
  for (let i = 0; i < length; i++) to[target + i] = from[start + i]!;
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
