import type { ModuleFacts } from './module-facts.ts';
import type { ModuleSections } from './module-sections.ts';

const MODINFO_SLOT = 3;

/** The values of `.modinfo` that go into depmod's files. */
type ModinfoValues = Pick<ModuleFacts, 'aliases' | 'softdeps' | 'weakdeps'>;

/** Reads `alias=`, `softdep=` and `weakdep=` of `.modinfo` (kmod: `kmod_module_get_info`). */
export function readModinfoValues(sections: ModuleSections): ModinfoValues {
  const values = { aliases: [] as string[], softdeps: [] as string[], weakdeps: [] as string[] };
  const range = sections.range('.modinfo');
  if (range === undefined) return values;
  const text = sections.source.read(MODINFO_SLOT, range.offset, range.size).toString('latin1');
  for (const field of text.split('\0')) {
    if (field.startsWith('alias=')) values.aliases.push(field.slice(6));
    else if (field.startsWith('softdep=')) values.softdeps.push(field.slice(8));
    else if (field.startsWith('weakdep=')) values.weakdeps.push(field.slice(8));
  }
  return values;
}
