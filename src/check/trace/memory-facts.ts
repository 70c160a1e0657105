import { SHF } from '../../abi/elf.ts';
import { specialSections } from '../../kernel/find-module-sections.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { AREA, type LoadInfo } from '../../kernel/load-info.ts';
import { moduleFlagsTaint } from '../../kernel/log/taint.ts';
import type { ModuleParameter } from '../../kernel/module.ts';
import { moduleRefcount } from '../../kernel/module-references.ts';
import { type Address, formatAddress } from '../../memory/address.ts';
import { type UndefinedSymbol, undefinedSymbols } from '../undefined-symbols.ts';
import { EMPTY_WORLD } from '../world.ts';
import { crcOf, type Describe, type Fact, fact, listOf } from './fact.ts';
import { countRelocations } from './relocations.ts';

const exportVersions: Describe = (_kernel, info) => [
  fact('taints of the module', moduleFlagsTaint(info.module.taints) || 'none'),
  fact(
    'exports without versions',
    listOf(
      info.exportTables.filter(({ count, crcs }) => count > 0 && crcs === 0).map((each) => each.symbolClass.table),
    ),
  ),
];

/** Stages that give the module its memory and its place in the kernel. */
export const MEMORY_FACTS: Readonly<Record<string, Describe>> = {
  move_module: (_kernel, info) =>
    allocated(info).map((index) => fact(info.view.sectionName(index), place(info, index))),
  add_unformed_module: ({ modules }, { module }) => [
    fact('state', module.state),
    fact('modules', `${modules.length}, with this one`),
  ],
  module_sig: (_kernel, { module }) => [
    fact('sig_ok', module.signatureOk),
    fact('taints of the module', moduleFlagsTaint(module.taints) || 'none'),
  ],
  percpu_modalloc: (_kernel, { module }) => [
    fact('per-CPU bytes', module.percpu.size),
    ...(module.percpu.size === 0 ? [] : [fact('per-CPU base', `0x${module.percpu.base.toString(16)}`)]),
  ],
  module_unload_init: (_kernel, { module }) => [
    fact('reference count', moduleRefcount(module)),
    fact('struct module', formatAddress(module.thisModule)),
  ],
  find_module_sections: (_kernel, info) => [
    ...info.exportTables.filter(({ count }) => count > 0).map((each) => objects(each.symbolClass.table, each)),
    ...specialSections(info)
      .filter(({ count }) => count > 0)
      .map((each) => objects(`${each.section} (mod->${each.field})`, each)),
  ],
  check_module_license_and_versions: exportVersions,
  check_export_symbol_versions: exportVersions,
  setup_modinfo: (_kernel, { module }) => [
    fact('version', module.version ?? 'none'),
    fact('srcversion', module.srcversion ?? 'none'),
    fact('import_ns', listOf(module.importedNamespaces)),
  ],
  simplify_symbols: (kernel, info) => [
    ...undefinedSymbols({ kernel, info, world: EMPTY_WORLD, image: info.image, stage: undefined, errno: 0 }).map(
      symbolFact,
    ),
    fact('uses', listOf(info.module.uses)),
  ],
  apply_relocations: (_kernel, info) => countRelocations(info).map(({ name, count }) => fact(name, count)),
  post_relocation: (_kernel, { module }) => [
    fact('core symbols for kallsyms', module.kallsyms.count),
    fact('all symbols, until init is over', module.initKallsyms.count),
  ],
  complete_formation: (_kernel, { module }) => [
    ...module.exports.map(({ name, address, crc }) =>
      fact(`exports ${name}`, `${formatAddress(address)}, CRC ${crcOf(crc)}`),
    ),
    fact('init', entryPoint(module.initFunction)),
    fact('exit', entryPoint(module.exitFunction)),
    fact('constructors', module.constructors.length),
    fact('state', module.state),
  ],
  prepare_coming_module: (_kernel, { view }) => [
    fact('type information (.BTF)', view.findSection('.BTF') === 0 ? 'none' : 'taken'),
  ],
  parse_args: (_kernel, { args, module }) => [
    fact('arguments', args.trim() === '' ? 'none' : args.trim()),
    ...module.parameters.map(parameterFact),
  ],
  mod_sysfs_setup: (_kernel, { module }) => [
    fact('directory', `/sys/module/${module.name}`),
    fact('parameters', listOf(module.parameters.filter(({ permissions }) => permissions).map(({ name }) => name))),
    fact('sections', module.sections.length),
    fact('notes', module.notes.length),
  ],
  free_copy: (_kernel, { image }) => [fact('freed', `the copy of the file, ${image.length} bytes`)],
};

/** What `do_init_module` came to: it is no stage of `load_module` that could refuse. */
export function initFacts(kernel: Kernel, { module }: LoadInfo, errno: number): Fact[] {
  const stays = kernel.modules.includes(module);
  return [
    fact('init returned', module.initFunction === 0 ? 'nothing: there is none' : -errno),
    fact('state', stays ? module.state : 'gone'),
    fact('init memory', stays && module.init.size > 0 ? `${module.init.size} bytes kept` : 'freed'),
    fact('reference count', stays ? moduleRefcount(module) : 0),
  ];
}

function symbolFact({ name, found, weak, wanted }: UndefinedSymbol): Fact {
  if (!found) return fact(name, weak ? 'weak, left at 0' : 'not found');
  const { address, owner, crc, gplOnly, namespace } = found;
  const more = [
    wanted === undefined || wanted === crc ? '' : ` (the module has ${crcOf(wanted)})`,
    gplOnly ? ', GPL only' : '',
    namespace ? `, namespace ${namespace}` : '',
  ];
  return fact(name, `${formatAddress(address)} from ${owner?.name ?? 'kernel'}, CRC ${crcOf(crc)}${more.join('')}`);
}

function parameterFact({ name, ops, permissions, argument }: ModuleParameter): Fact {
  return fact(
    `parameter ${name}`,
    `${ops || 'own ops'} at ${formatAddress(argument)}, mode 0${permissions.toString(8)}`,
  );
}

function objects(label: string, { address, count }: { readonly address: Address; readonly count: number }): Fact {
  return fact(label, `${count} at ${formatAddress(address)}`);
}

function entryPoint(address: Address): string {
  return address === 0 ? 'none' : formatAddress(address);
}

function allocated({ view, area }: LoadInfo): number[] {
  return [...view.sections.flags.keys()].filter((index) => view.sections.flags[index]! & SHF.ALLOC && area[index]);
}

function place({ view, area }: LoadInfo, index: number): string {
  const where = area[index] === AREA.INIT ? 'init' : 'core';
  return `${formatAddress(view.sections.address[index]!)} (${where} + ${view.sections.entrySize[index]}, ${view.sections.size[index]} bytes)`;
}
