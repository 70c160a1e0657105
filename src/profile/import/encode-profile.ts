import { Btf } from '../btf/btf.ts';
import { encodeNameIndex } from '../btf/name-index.ts';
import { pruneBtf } from '../btf/prune.ts';
import { memorySource } from '../container/byte-source.ts';
import { encodeCallSites } from '../container/call-table.ts';
import { encodeCommonFacts } from '../container/common-facts.ts';
import { encodeContainer, type SectionName } from '../container/container.ts';
import { encodeExports } from '../container/export-table.ts';
import { encodeMeta } from '../container/meta.ts';
import { encodeSymbols } from '../container/symbol-table.ts';
import { encodeText } from '../container/text-table.ts';
import type { KernelExport } from '../kernel-profile.ts';
import { readProfile } from '../read-profile.ts';
import type { KernelFacts } from './facts.ts';
import type { KallsymsSymbol } from './kallsyms.ts';
import type { Types } from './types.ts';

/** How much a profile holds. */
export interface ProfileExtent {
  readonly compact?: boolean | undefined;
  readonly text?: boolean | undefined;
}

/**
 * The bytes of a profile file. `compact`: of the types only structs and the prototypes of exported functions, of the
 * symbols only functions and global data: half the size. `text`: keep the kernel's code. Raises ProfileError.
 */
export function encodeProfile(facts: KernelFacts, { compact = false, text = false }: ProfileExtent): Uint8Array {
  const { release, version, versionNumbers, machine, vermagic, pointerSize, exports, types } = facts;
  const kept = types && compact ? compactTypes(types, exports) : types;
  const meta = encodeMeta({
    release,
    version,
    versionNumbers,
    machine,
    vermagic,
    pointerSize,
    btfTypeCount: types?.btf.typeCount ?? 0,
    btfStringsSize: types?.btf.stringsEnd ?? 0,
  });
  const sections: [SectionName, Uint8Array][] = [
    ['meta', meta],
    ['config', facts.config],
    ['exports', encodeExports(exports)],
    ['symbols', encodeSymbols(keptSymbols(facts.symbols, exports, compact))],
    ['btf', kept?.blob ?? NOTHING],
    ['btfindex', kept ? encodeNameIndex(kept.btf) : NOTHING],
    ['certs', facts.certificates],
    ['builtin', new TextEncoder().encode(facts.builtinModules?.join('\n') ?? '')],
    ['calls', encodeCallSites(facts.callSites ?? [])],
    ['text', text ? encodeText(facts.text()) : NOTHING],
  ];
  return encodeContainer([
    ...sections,
    ['common', encodeCommonFacts(readProfile(memorySource(encodeContainer(sections))))],
  ]);
}

const NOTHING = new Uint8Array(0);

/** What the table of exports says already is left out. */
function keptSymbols(symbols: readonly KallsymsSymbol[], exports: readonly KernelExport[], compact: boolean) {
  const exported = new Set(exports.map(({ name }) => name));
  return symbols.filter(({ name, type }) => !exported.has(name) && !(compact && COMPACT_OMITS.test(type + name)));
}

/** Static data, and what the build makes by the thousand. */
const COMPACT_OMITS = /^([dbr]|.(__pfx_|__initcall_|__UNIQUE_ID|__ksymtab|__kstrtab|__crc_))/;

function compactTypes({ btf }: Types, exports: readonly KernelExport[]): Types {
  const names = new Set(exports.map(({ name }) => name));
  const blob = pruneBtf(btf, (name) => names.has(name));
  return { blob, btf: new Btf(memorySource(blob)) };
}
