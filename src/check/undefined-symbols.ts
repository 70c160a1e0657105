import { SHN, STB_WEAK } from '../abi/elf.ts';
import { cString } from '../elf/c-string.ts';
import type { FoundSymbol } from '../kernel/symbols/find-symbol.ts';
import { findSymbol } from '../kernel/symbols/find-symbol.ts';
import { readVersions } from '../kernel/symbols/version.ts';
import type { Diagnosis } from './diagnosis.ts';

/** One undefined symbol of a module and what this kernel has under its name. */
export interface UndefinedSymbol {
  readonly name: string;
  readonly weak: boolean;
  readonly found: FoundSymbol | undefined;
  /** The CRC that the module was built with; undefined: `__versions` does not list it. */
  readonly wanted: number | undefined;
}

/** All undefined symbols of a module whose tables were found. */
export function undefinedSymbols({ kernel, info }: Diagnosis): UndefinedSymbol[] {
  if (!info || info.index.sym === 0) return [];
  const symbols = info.view.symbols(info.index.sym);
  const versions = info.index.vers === 0 ? new Map<string, number>() : readVersions(info);
  const list: UndefinedSymbol[] = [];
  for (let i = 1; i < symbols.count; i++) {
    if (symbols.section(i) !== SHN.UNDEF) continue;
    const name = cString(info.image, info.strtab + symbols.name(i));
    if (name === '') continue;
    list.push({
      name,
      weak: symbols.info(i) >> 4 === STB_WEAK,
      found: findSymbol(kernel, name, true),
      wanted: versions.get(name),
    });
  }
  return list;
}

/** Symbols that both sides have, with CRCs that differ. `module_layout` is in `__versions` only. */
export function disagreeingVersions(diagnosis: Diagnosis): {
  readonly all: number;
  readonly differ: readonly UndefinedSymbol[];
} {
  const { kernel, info } = diagnosis;
  if (!info || info.index.vers === 0) return { all: 0, differ: [] };
  const compared: UndefinedSymbol[] = [];
  for (const [name, wanted] of readVersions(info)) {
    const found = findSymbol(kernel, name, true);
    if (found?.crc !== undefined) compared.push({ name, weak: false, found, wanted });
  }
  return { all: compared.length, differ: compared.filter(({ found, wanted }) => found!.crc !== wanted) };
}
