import { SHF } from '../../abi/elf.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { AREA, type LoadInfo } from '../../kernel/load-info.ts';
import { getModinfo } from '../../kernel/modinfo.ts';
import { moduleFlagsTaint } from '../../kernel/taint.ts';
import { readVersions } from '../../kernel/version.ts';
import { formatAddress } from '../../memory/address.ts';
import type { Diagnosis } from '../diagnosis.ts';
import { undefinedSymbols } from '../undefined-symbols.ts';
import { crcWord } from '../words.ts';
import { countRelocations } from './relocation-counts.ts';

/** One thing that a stage read, checked or set. */
export interface Fact {
  readonly label: string;
  readonly value: string;
}

type Describe = (kernel: Kernel, info: LoadInfo) => readonly Fact[];

const fact = (label: string, value: string | number | boolean): Fact => ({ label, value: String(value) });

/** Stage of `load_module` → what there is to see behind it. A stage without a row is shown by its name. */
export const STAGE_FACTS: Readonly<Record<string, Describe>> = {
  module_sig_check: (_kernel, info) => [
    fact('length without signature', info.length),
    fact('signature', info.length === info.image.length ? 'none' : info.signatureOk ? 'trusted' : 'not trusted'),
  ],
  elf_validity_check: (_kernel, { view }) => [
    fact('section headers', `${view.header.shnum} at offset ${view.header.shoff}`),
    fact('section names', `section ${view.header.shstrndx}`),
  ],
  setup_load_info: (_kernel, info) => [
    fact('name', info.name),
    ...Object.entries(info.index).map(([name, index]) => fact(`index.${name}`, sectionLabel(info, index))),
  ],
  check_modstruct_version: (kernel, info) => [
    fact('module_layout of the kernel', crcOf(kernel.profile.exports.find('module_layout')?.crc)),
    fact(
      'module_layout of the module',
      crcOf(info.index.vers === 0 ? undefined : readVersions(info).get('module_layout')),
    ),
  ],
  check_modinfo: (kernel, info) => [
    fact('vermagic of the kernel', kernel.profile.vermagic),
    ...['vermagic', 'license', 'intree', 'retpoline', 'staging', 'livepatch', 'import_ns'].flatMap((tag) => {
      const value = getModinfo(info, tag);
      return value === undefined ? [] : [fact(tag, value)];
    }),
    fact('taints', moduleFlagsTaint(info.module.taints) || 'none'),
  ],
  layout_sections: (_kernel, { module }) => [...areaFacts('core', module.core), ...areaFacts('init', module.init)],
  layout_symtab: (_kernel, { module }) => [
    fact('core with symbols', module.core.size),
    fact('init with symbols', module.init.size),
  ],
  move_module: (_kernel, info) =>
    allocated(info).map((index) => fact(info.view.sectionName(index), place(info, index))),
  percpu_modalloc: (_kernel, { module }) => [fact('per-CPU bytes', module.percpu.size)],
  find_module_sections: (_kernel, { module, exportTables }) => [
    fact('export tables', exportTables.map((table) => table.count).join(' + ') || 'none'),
    fact('init', module.initFunction === 0 ? 'none' : formatAddress(module.initFunction)),
  ],
  simplify_symbols: (kernel, info) =>
    undefinedSymbols(diagnosisOf(kernel, info)).map((symbol) => {
      const { name, found, weak } = symbol;
      if (!found) return fact(name, weak ? 'weak, left at 0' : 'not found');
      const provider = found.owner?.name ?? 'kernel';
      return fact(
        name,
        `${formatAddress(found.address)} from ${provider}, CRC ${crcOf(found.crc)}${found.gplOnly ? ', GPL only' : ''}`,
      );
    }),
  apply_relocations: (_kernel, info) => countRelocations(info).map(({ name, count }) => fact(name, count)),
  complete_formation: (_kernel, { module }) =>
    module.exports.map(({ name, address, crc }) =>
      fact(`exports ${name}`, `${formatAddress(address)}, CRC ${crcOf(crc)}`),
    ),
  parse_args: (_kernel, { args, module }) => [
    fact('arguments', args.trim() === '' ? 'none' : args.trim()),
    fact('parameters', module.parameters.map(({ name }) => name).join(', ') || 'none'),
  ],
};

function diagnosisOf(kernel: Kernel, info: LoadInfo): Diagnosis {
  const world = { kernels: [], exporters: () => [], loadOrder: () => [] };
  return { kernel, info, world, image: info.image, stage: undefined, errno: 0 };
}

function crcOf(crc: number | undefined): string {
  return crc === undefined ? 'none' : crcWord(crc);
}

function sectionLabel(info: LoadInfo, index: number): string {
  return index === 0 ? 'none' : `${index} (${info.view.sectionName(index)})`;
}

function areaFacts(name: string, { size, textSize, roSize, roAfterInitSize }: LoadInfo['module']['core']): Fact[] {
  return [
    fact(
      `${name} layout`,
      `text ${textSize}, read-only to ${roSize}, after init to ${roAfterInitSize}, in all ${size}`,
    ),
  ];
}

function allocated({ view, area }: LoadInfo): number[] {
  return [...view.sections.flags.keys()].filter((index) => view.sections.flags[index]! & SHF.ALLOC && area[index]);
}

function place({ view, area }: LoadInfo, index: number): string {
  const where = area[index] === AREA.INIT ? 'init' : 'core';
  return `${formatAddress(view.sections.address[index]!)} (${where} + ${view.sections.entrySize[index]}, ${view.sections.size[index]} bytes)`;
}
