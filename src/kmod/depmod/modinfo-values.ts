import type { GrowingBytes } from '../growing-bytes.ts';
import { FACTS, type TextKind } from './module-facts.ts';
import type { ModuleSections } from './module-sections.ts';
import { readPiece } from './section-source.ts';

/** How the strings of `.modinfo` begin that go into depmod's files. */
const PREFIXES: Readonly<Record<TextKind, Buffer>> = {
  [FACTS.ALIASES]: Buffer.from('alias=', 'latin1'),
  [FACTS.SOFTDEPS]: Buffer.from('softdep=', 'latin1'),
  [FACTS.WEAKDEPS]: Buffer.from('weakdep=', 'latin1'),
};
const NOTHING = Buffer.alloc(0);

/** The bytes of `.modinfo`; none where there is no such section. */
export function readModinfo(sections: ModuleSections): Buffer {
  const range = sections.range('.modinfo');
  return range === undefined ? NOTHING : readPiece(sections.source, range.offset, range.size);
}

/** Appends the values of one field of `.modinfo`, a NUL behind each (kmod: `kmod_module_get_info`). */
export function appendValues(texts: GrowingBytes, modinfo: Buffer, kind: TextKind): void {
  const prefix = PREFIXES[kind];
  /* The runtime is quick to tell where the first one is, if any. */
  const first = modinfo.indexOf(prefix);
  if (first < 0) return;
  for (let at = modinfo.lastIndexOf(0, first) + 1; at < modinfo.length; ) {
    let end = at;
    while (end < modinfo.length && modinfo[end] !== 0) end++;
    if (startsWith(modinfo, at, prefix)) {
      texts.range(modinfo, at + prefix.length, end);
      texts.u8(0);
    }
    at = end + 1;
  }
}

/** No prefix holds a NUL, so that no comparison goes beyond the one that ends the string. */
function startsWith(bytes: Buffer, at: number, prefix: Buffer): boolean {
  for (let i = 0; i < prefix.length; i++) if (bytes[at + i] !== prefix[i]) return false;
  return true;
}
