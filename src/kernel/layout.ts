import { SHF } from '../abi/elf.ts';
import { cStringStarts } from '../elf/c-string.ts';
import type { Kernel } from './kernel.ts';
import { isConfigured } from './kernel-config.ts';
import { AREA, clearFlag, findSec, type LoadInfo } from './load-info.ts';
import { loaderDebug } from './log/loader-debug.ts';
import type { ModuleLayout } from './module.ts';

/** One pass over the sections: those with all flags of `all` and none of `none`. */
interface Pass {
  readonly all: number;
  readonly none: number;
  /** Notes the aligned size that the area has after the pass. */
  readonly note?: (layout: ModuleLayout) => void;
}

/** `masks[]` of `layout_sections`: text, read-only, read-only after init, writable (small data is no part of these machines). */
const PASSES: readonly Pass[] = [
  { all: SHF.EXECINSTR | SHF.ALLOC, none: 0, note: noteText },
  { all: SHF.ALLOC, none: SHF.WRITE, note: noteReadOnly },
  { all: SHF.RO_AFTER_INIT | SHF.ALLOC, none: 0, note: noteReadOnlyAfterInit },
  { all: SHF.WRITE | SHF.ALLOC, none: 0 },
];

function noteText(layout: ModuleLayout): void {
  layout.textSize = layout.size;
}

function noteReadOnly(layout: ModuleLayout): void {
  layout.roSize = layout.size;
}

function noteReadOnlyAfterInit(layout: ModuleLayout): void {
  layout.roAfterInitSize = layout.size;
}

/** `ALIGN(size, alignment)` in 32 bits, as `unsigned int` is. */
export function align(size: number, alignment: number): number {
  const mask = alignment - 1;
  return ((size + mask) & ~mask) >>> 0;
}

/** `strict_align`: to a page where the parts of a module get permissions of their own. */
export function strictAlign(kernel: Kernel, info: LoadInfo, size: number): number {
  return isConfigured(kernel, 'STRICT_MODULE_RWX') ? align(size, info.arch.pageSize) : size;
}

/** `sh_addralign ?: 1`, of which 32 bits count. */
export function sectionAlignment({ view }: LoadInfo, section: number): number {
  const { alignment, alignmentLow } = view.sections;
  return alignment[section] === 0 ? 1 : alignmentLow[section]!;
}

/** `module_get_offset`: places a section at the end of a layout, which grows by it. */
function moduleGetOffset(info: LoadInfo, layout: ModuleLayout, section: number): number {
  const offset = align(layout.size, sectionAlignment(info, section));
  layout.size = (offset + info.view.sections.sizeLow[section]!) % 2 ** 32;
  return offset;
}

/** Places a section at the end of the core or the init area. */
export function place(info: LoadInfo, section: number, area: number): void {
  const layout = area === AREA.INIT ? info.module.init : info.module.core;
  info.view.sections.entrySize[section] = moduleGetOffset(info, layout, section);
  info.area[section] = area;
}

/**
 * What `layout_and_allocate` does before the sections are laid out: the per-CPU section is no part of the module's
 * memory, and two sections become read-only after init.
 */
export function markSpecialSections(_kernel: Kernel, info: LoadInfo): void {
  const { sections } = info.view;
  clearFlag(sections, info.index.pcpu, SHF.ALLOC);
  for (const name of ['.data..ro_after_init', '__jump_table']) {
    const section = findSec(info, name);
    if (section) sections.flags[section] = sections.flags[section]! | SHF.RO_AFTER_INIT;
  }
}

/** `layout_sections`, kernel/module/main.c: core sections, then init sections. Sets sizes, `area` and offsets. */
export function layoutSections(kernel: Kernel, info: LoadInfo): void {
  const { view } = info;
  info.area = new Uint8Array(view.sections.count);
  const isInit = Array.from(info.area, (_, i) => cStringStarts(info.image, view.sectionNameOffset(i), '.init'));
  for (const area of [AREA.CORE, AREA.INIT]) {
    const layout = area === AREA.INIT ? info.module.init : info.module.core;
    if (area === AREA.INIT) loaderDebug(kernel, 'init', () => 'Init section allocation order:');
    else loaderDebug(kernel, 'core', () => 'Core section allocation order:');
    for (const pass of PASSES) {
      placeMatching(kernel, info, pass, area, isInit);
      if (!pass.note) continue;
      layout.size = strictAlign(kernel, info, layout.size);
      pass.note(layout);
    }
    layout.size = strictAlign(kernel, info, layout.size);
  }
  info.module.init.roAfterInitSize = info.module.init.roSize;
}

function placeMatching(kernel: Kernel, info: LoadInfo, pass: Pass, area: number, isInit: readonly boolean[]): void {
  const { flags, count } = info.view.sections;
  for (let i = 0; i < count; i++) {
    const wanted = (flags[i]! & pass.all) === pass.all && (flags[i]! & pass.none) === 0;
    if (!wanted || info.area[i] !== AREA.NONE || isInit[i] !== (area === AREA.INIT)) continue;
    place(info, i, area);
    loaderDebug(kernel, area === AREA.INIT ? 'initSection' : 'coreSection', () => `\t${info.view.sectionName(i)}`);
  }
}
