import { SHF, SHT } from '../../abi/elf.ts';
import { relocationName } from '../../abi/relocation-names.ts';
import type { LoadInfo } from '../../kernel/load-info.ts';

/** How often a relocation type occurs. */
export interface RelocationCount {
  readonly name: string;
  readonly count: number;
}

/** Relocations that the loader applies, by type, the most frequent first. */
export function countRelocations(info: LoadInfo): RelocationCount[] {
  const counts = new Map<number, number>();
  for (const section of relocationSections(info)) countSection(info, section, counts);
  return [...counts]
    .sort((one, other) => other[1] - one[1])
    .map(([type, count]) => ({ name: relocationName(info.arch.elfMachine, type), count }));
}

/** Indexes of the relocation sections of sections in memory. */
function relocationSections({ view }: LoadInfo): number[] {
  const { type, info: target, flags, count } = view.sections;
  return [...type.keys()].filter(
    (i) => (type[i] === SHT.RELA || type[i] === SHT.REL) && target[i]! < count && flags[target[i]!]! & SHF.ALLOC,
  );
}

function countSection({ view, arch }: LoadInfo, section: number, counts: Map<number, number>): void {
  const bytes = view.sectionBytes(section);
  const data = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { bits, littleEndian } = arch.form;
  for (let at = 0; at + arch.relocationSize <= bytes.length; at += arch.relocationSize) {
    const info = data.getUint32(at + bits / 8, littleEndian);
    const type = bits === 64 ? info : info & 0xff;
    counts.set(type, (counts.get(type) ?? 0) + 1);
  }
}
