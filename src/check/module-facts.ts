import { SHT } from '../abi/elf.ts';
import { byteString, cString } from '../elf/c-string.ts';
import { ElfView } from '../elf/elf-view.ts';

/** What a module says of itself without being loaded. */
export interface ModuleFacts {
  /** `name=` of .modinfo, else the empty string. */
  readonly name: string;
  /** `depends=` of .modinfo: modules that it needs. */
  readonly depends: readonly string[];
}

const NO_FACTS: ModuleFacts = { name: '', depends: [] };

/** Reads `.modinfo`. Any bytes will do: what is not there is empty. */
export function moduleFacts(image: Uint8Array): ModuleFacts {
  const view = ElfView.open(image);
  if (!view) return NO_FACTS;
  const section = view.sectionBytes(view.findSection('.modinfo'));
  const entries = byteString(section, 0, section.length).split('\0');
  const value = (tag: string) => entries.find((entry) => entry.startsWith(`${tag}=`))?.slice(tag.length + 1) ?? '';
  return { name: value('name'), depends: value('depends').split(',').filter(Boolean).map(moduleName) };
}

const EXPORT_PREFIX = '__ksymtab_';

/** Names of the symbols that a module exports. */
export function exportedNames(image: Uint8Array): string[] {
  const view = ElfView.open(image);
  if (!view) return [];
  const table = view.findSectionType(SHT.SYMTAB);
  const strings = view.sections.offset[view.sections.link[table] ?? 0] ?? 0;
  const symbols = view.symbols(table);
  const names: string[] = [];
  for (let i = 1; i < symbols.count; i++) {
    const name = cString(image, strings + symbols.name(i));
    if (name.startsWith(EXPORT_PREFIX)) names.push(name.slice(EXPORT_PREFIX.length));
  }
  return names;
}

/** A name as the kernel writes it. */
export function moduleName(name: string): string {
  return name.replaceAll('-', '_');
}
