import { SHF } from '../../abi/elf.ts';
import { type LoadInfo, MODULE_INIT } from '../../kernel/load-info.ts';
import { moduleFlagsTaint } from '../../kernel/log/taint.ts';
import { MEMORY_TYPES, memorySize } from '../../kernel/memory/module-memory.ts';
import { getModinfo } from '../../kernel/modinfo.ts';
import { readVersions } from '../../kernel/symbols/version.ts';
import { crcOf, type Describe, type Fact, fact, listOf } from './fact.ts';

/** Fields of .modinfo that stages up to `module_augment_kernel_taints` look at. */
const ORIGIN_TAGS = ['license', 'intree', 'retpoline', 'staging', 'livepatch', 'test'];

const vermagic: Describe = (kernel, info) => [
  fact('vermagic of the kernel', kernel.profile.vermagic),
  fact(
    'vermagic of the module',
    info.flags & MODULE_INIT.IGNORE_VERMAGIC ? 'ignored' : (getModinfo(info, 'vermagic') ?? 'none'),
  ),
  ...(info.index.vers === 0 ? [] : [fact('compared', 'without the release: the symbol versions stand for it')]),
];

const origin: Describe = (_kernel, info) => [
  ...ORIGIN_TAGS.map((tag) => fact(tag, getModinfo(info, tag) ?? 'none')),
  fact('taints of the module', moduleFlagsTaint(info.module.taints) || 'none'),
];

/** Stages that read the file, before the module has memory of its own. */
export const IMAGE_FACTS: Readonly<Record<string, Describe>> = {
  module_sig_check: (kernel, info) => [
    fact('length of the file', info.image.length),
    fact('length without signature', info.length),
    fact('signature', info.length === info.image.length ? 'none' : info.signatureOk ? 'trusted' : 'not trusted'),
    fact('sig_enforce', kernel.options.signatureEnforced),
    fact('lockdown', kernel.options.lockdown),
  ],
  elf_validity_check: (_kernel, { view, arch }) => [
    fact('machine', `${view.header.machine}, ${arch.form.bits} bit (this kernel's: ${arch.elfMachine})`),
    fact('type', view.header.type === 1 ? '1 (ET_REL)' : view.header.type),
    fact('section headers', `${view.header.shnum} at offset ${view.header.shoff}`),
    fact('section names', `section ${view.header.shstrndx}`),
  ],
  elf_validity_cache_copy: (kernel, { view }) => [
    fact('struct module of the kernel', `${kernel.profile.layout('module')?.size ?? 'unknown'} bytes`),
    fact(
      'struct module of the module',
      `${view.sections.size[view.findSection('.gnu.linkonce.this_module')] ?? 0} bytes`,
    ),
  ],
  setup_load_info: (_kernel, info) => [
    fact('name', info.name),
    ...Object.entries(info.index).map(([name, index]) => fact(`index.${name}`, sectionLabel(info, index))),
    fact('symbols', info.symbols.count),
  ],
  blacklisted: (kernel) => [fact('module_blacklist', kernel.options.moduleBlacklist || 'empty')],
  rewrite_section_headers: (_kernel, info) => [
    fact('not kept in memory', listOf([info.index.vers, info.index.info].filter(Boolean).map(nameIn(info)))),
  ],
  check_modstruct_version: (kernel, info) => [
    fact('module_layout of the kernel', crcOf(kernel.profile.exports.find('module_layout')?.crc)),
    fact(
      'module_layout of the module',
      crcOf(info.index.vers === 0 ? undefined : readVersions(info).get('module_layout')),
    ),
  ],
  check_modinfo: (kernel, info) => [...vermagic(kernel, info), ...origin(kernel, info)],
  module_patient_check_exists: (_kernel, { module }) => [fact('free name', module.name)],
  module_enforce_rwx_sections: (kernel) => [
    fact(
      'writable and executable sections',
      kernel.profile.config('STRICT_MODULE_RWX') === 'y' ? 'none' : 'not looked for (no STRICT_MODULE_RWX)',
    ),
  ],
  layout_and_allocate: (_kernel, info) => [
    fact('read-only after init', listOf(sectionsWith(info, SHF.RO_AFTER_INIT).map(nameIn(info)))),
    fact('per-CPU section', sectionLabel(info, info.index.pcpu)),
  ],
  layout_sections: (_kernel, { module, plan }) =>
    plan
      ? [fact('core layout', parts(plan.core)), fact('init layout', parts(plan.init))]
      : [...areaFacts('core', module.core), ...areaFacts('init', module.init)],
  layout_symtab: (_kernel, { module, symtab }) => [
    fact('core with symbols', memorySize(module.core)),
    fact('init with symbols', memorySize(module.init)),
    fact('core symbols', `at core + ${symtab.symoffs}, names at core + ${symtab.stroffs}`),
  ],
  module_augment_kernel_taints: origin,
};

function nameIn({ view }: LoadInfo): (index: number) => string {
  return (index) => view.sectionName(index);
}

function sectionsWith({ view }: LoadInfo, flag: number): number[] {
  return [...view.sections.flags.keys()].filter((index) => view.sections.flags[index]! & flag);
}

function sectionLabel(info: LoadInfo, index: number): string {
  return index === 0 ? 'none' : `${index} (${info.view.sectionName(index)})`;
}

/** The sizes of a memory's parts, as kernels from 6.4 on have them. */
function parts(sizes: readonly number[]): string {
  return sizes.map((size, i) => `${MEMORY_TYPES[i]} ${size}`).join(', ');
}

function areaFacts(name: string, { size, textSize, roSize, roAfterInitSize }: LoadInfo['module']['core']): Fact[] {
  return [
    fact(
      `${name} layout`,
      `text ${textSize}, read-only to ${roSize}, after init to ${roAfterInitSize}, in all ${size}`,
    ),
  ];
}
