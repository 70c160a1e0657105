import { SHF, SHT } from '../../abi/elf.ts';
import type { Kernel } from '../kernel.ts';
import { type LoadInfo, sectionContents } from '../load-info.ts';

/** Collects what `add_sect_attrs` and `add_notes_attrs`, kernel/module/sysfs.c, show. Sets `sections` and `notes`. */
export function collectSectionAttributes(_kernel: Kernel, info: LoadInfo): void {
  const { view, module } = info;
  const { flags, size, type, address, count } = view.sections;
  for (let i = 0; i < count; i++) {
    if (!(flags[i]! & SHF.ALLOC) || size[i] === 0) continue;
    const name = view.sectionName(i);
    module.sections.push({ name, address: address[i]! });
    if (type[i] === SHT.NOTE) module.notes.push({ name, bytes: sectionContents(info, i).slice() });
  }
}
