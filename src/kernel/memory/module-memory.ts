import { SHF } from '../../abi/elf.ts';
import { cStringStarts } from '../../elf/c-string.ts';
import { structsOf } from '../../elf/elf-form.ts';
import type { Kernel } from '../kernel.ts';
import { align, sectionAlignment } from '../layout.ts';
import { AREA, type LoadInfo, type MemoryPlan } from '../load-info.ts';
import type { MemoryType, ModuleLayout, ModuleMemory } from '../module.ts';
import { findCoreSymbols, KALLSYMS_WORDS } from '../symbols/kallsyms.ts';

/** The parts in the order in which they are allocated (kernel: `enum mod_mem_type`). */
export const MEMORY_TYPES: readonly MemoryType[] = ['TEXT', 'DATA', 'RODATA', 'RO_AFTER_INIT'];
const DATA = MEMORY_TYPES.indexOf('DATA');

/** `masks[]` and `core_m_to_mem_type[]` of `__layout_sections`. The init area has nothing that is read-only after init. */
const PASSES: readonly { readonly all: number; readonly none: number; readonly type: MemoryType }[] = [
  { all: SHF.EXECINSTR | SHF.ALLOC, none: 0, type: 'TEXT' },
  { all: SHF.ALLOC, none: SHF.WRITE, type: 'RODATA' },
  { all: SHF.RO_AFTER_INIT | SHF.ALLOC, none: 0, type: 'RO_AFTER_INIT' },
  { all: SHF.WRITE | SHF.ALLOC, none: 0, type: 'DATA' },
];

/** `layout_sections`, kernel/module/main.c from 6.4 on. Sets `plan`, `area` and the offset of each section in its part. */
export function layoutSectionsByType(_kernel: Kernel, info: LoadInfo): void {
  const { count } = info.view.sections;
  info.area = new Uint8Array(count);
  const plan = { core: MEMORY_TYPES.map(() => 0), init: MEMORY_TYPES.map(() => 0), types: new Uint8Array(count) };
  info.plan = plan;
  for (const area of [AREA.CORE, AREA.INIT]) {
    for (const pass of PASSES) {
      if (area === AREA.INIT && pass.type === 'RO_AFTER_INIT') continue;
      for (let i = 0; i < count; i++) {
        if (belongs(info, i, pass, area)) place(info, plan, i, area, MEMORY_TYPES.indexOf(pass.type));
      }
    }
  }
}

function belongs({ view, area, image }: LoadInfo, i: number, pass: (typeof PASSES)[number], wanted: number): boolean {
  const flags = view.sections.flags[i]!;
  if ((flags & pass.all) !== pass.all || (flags & pass.none) !== 0 || area[i] !== AREA.NONE) return false;
  return cStringStarts(image, view.sectionNameOffset(i), '.init') === (wanted === AREA.INIT);
}

/** `module_get_offset_and_type`: places a section at the end of a part. */
function place(info: LoadInfo, plan: MemoryPlan, section: number, area: number, type: number): void {
  const sizes = area === AREA.INIT ? plan.init : plan.core;
  const offset = align(sizes[type]!, sectionAlignment(info, section));
  sizes[type] = (offset + info.view.sections.sizeLow[section]!) % 2 ** 32;
  info.view.sections.entrySize[section] = offset;
  info.area[section] = area;
  plan.types[section] = type;
}

/**
 * `layout_symtab`, kernel/module/kallsyms.c from 6.4 on: all symbols go to the end of the init data, the core symbols
 * to the end of the data. Then every part is as large as it gets: sets the layouts and final offsets.
 * Requires {@link layoutSectionsByType}.
 */
export function layoutSymtabByType(_kernel: Kernel, info: LoadInfo): void {
  const { index, view, symtab } = info;
  const plan = info.plan!;
  const { flags } = view.sections;
  const wordSize = view.form.bits / 8;
  const kept = findCoreSymbols(info);
  symtab.kept = kept;
  flags[index.sym] = flags[index.sym]! | SHF.ALLOC;
  place(info, plan, index.sym, AREA.INIT, DATA);
  symtab.symoffs = align(plan.core[DATA]!, sectionAlignment(info, index.sym));
  symtab.stroffs = symtab.symoffs + kept.count * structsOf(view.form).symbol.size;
  symtab.coreTypeoffs = symtab.stroffs + kept.nameBytes;
  plan.core[DATA] = symtab.coreTypeoffs + kept.count;
  flags[index.str] = flags[index.str]! | SHF.ALLOC;
  place(info, plan, index.str, AREA.INIT, DATA);
  symtab.initTypeoffs = align(plan.init[DATA]!, wordSize) + KALLSYMS_WORDS * wordSize;
  plan.init[DATA] = symtab.initTypeoffs + info.symbols.count;
  settle(info, plan);
}

function settle(info: LoadInfo, plan: MemoryPlan): void {
  const { module, symtab, view, area, arch } = info;
  const core = partStarts(module.core, plan.core, arch.pageSize);
  const init = partStarts(module.init, plan.init, arch.pageSize);
  const { entrySize, count } = view.sections;
  for (let i = 0; i < count; i++) {
    if (area[i] !== AREA.NONE) entrySize[i]! += (area[i] === AREA.INIT ? init : core)[plan.types[i]!]!;
  }
  for (const offset of ['symoffs', 'stroffs', 'coreTypeoffs'] as const) symtab[offset] += core[DATA]!;
  symtab.initTypeoffs += init[DATA]!;
}

/** Lays the parts of one area out. Sets the layout; gives each part's offset. */
function partStarts(layout: ModuleLayout, sizes: readonly number[], pageSize: number): number[] {
  const parts: ModuleMemory[] = [];
  let next = 0;
  const starts = sizes.map((bytes, i) => {
    const start = next;
    const size = Math.ceil(bytes / pageSize) * pageSize;
    if (size > 0) parts.push({ type: MEMORY_TYPES[i]!, start, size });
    if (size > 0) next = start + size + pageSize;
    return start;
  });
  const last = parts.at(-1);
  layout.parts = parts;
  layout.size = last ? last.start + last.size : 0;
  layout.textSize = parts[0]?.type === 'TEXT' ? parts[0].size : 0;
  return starts;
}

/** What a layout takes, without the guard pages between its parts (kernel: `module_total_size`). */
export function memorySize({ size, parts }: ModuleLayout): number {
  return size > 0 && parts ? parts.reduce((sum, part) => sum + part.size, 0) : size;
}

/** Where /proc/modules says that a module is: its text (kernel: `mod->mem[MOD_TEXT].base`, or `core_layout.base`). */
export function shownBase({ base, parts }: ModuleLayout): number {
  return parts && parts[0]?.type !== 'TEXT' ? 0 : base;
}
