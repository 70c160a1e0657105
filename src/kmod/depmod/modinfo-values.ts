import { FACTS, type ModuleFacts, type TextKind } from './module-facts.ts';
import type { ModuleSections } from './module-sections.ts';
import { readPiece } from './section-source.ts';

/** The fields of `.modinfo` that go into depmod's files, in the order of a row. */
const FIELDS: readonly (readonly [TextKind, Buffer])[] = [
  [FACTS.ALIASES, Buffer.from('alias=', 'latin1')],
  [FACTS.SOFTDEPS, Buffer.from('softdep=', 'latin1')],
  [FACTS.WEAKDEPS, Buffer.from('weakdep=', 'latin1')],
];

/**
 * Appends the values of `alias=`, `softdep=` and `weakdep=` of `.modinfo` to the texts, field by field; returns where
 * each field's values end (kmod: `kmod_module_get_info`).
 */
export function readModinfoValues(sections: ModuleSections, { texts }: ModuleFacts): readonly number[] {
  const range = sections.range('.modinfo');
  if (range === undefined) return FIELDS.map(() => texts.length);
  const bytes = readPiece(sections.source, range.offset, range.size);
  return FIELDS.map(([, prefix]) => {
    /* The runtime is quick to tell that there is none. */
    if (bytes.indexOf(prefix) < 0) return texts.length;
    for (let at = 0; at < bytes.length; ) {
      let end = at;
      while (end < bytes.length && bytes[end] !== 0) end++;
      if (startsWith(bytes, at, prefix)) {
        texts.range(bytes, at + prefix.length, end);
        texts.u8(0);
      }
      at = end + 1;
    }
    return texts.length;
  });
}

/** No prefix holds a NUL, so that no comparison goes beyond the one that ends the string. */
function startsWith(bytes: Uint8Array, at: number, prefix: Uint8Array): boolean {
  for (let i = 0; i < prefix.length; i++) if (bytes[at + i] !== prefix[i]) return false;
  return true;
}
