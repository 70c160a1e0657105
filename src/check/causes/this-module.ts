import type { LoadInfo } from '../../kernel/load-info.ts';
import { getModinfo } from '../../kernel/modinfo.ts';
import type { CauseRule } from '../diagnosis.ts';

/** `struct module` of the module and of the kernel differ in size; kernels since 6.4 look. */
export const thisModule: CauseRule = ({ stage, info, kernel }) => {
  if (!info || stage !== 'elf_validity_cache_copy') return [];
  const section = info.view.findSection('.gnu.linkonce.this_module');
  const layout = kernel.profile.layout('module');
  const size = info.view.sections.size[section] ?? 0;
  if (!layout || section === 0 || size === layout.size) return [];
  return [
    {
      id: 'struct-module',
      reason: `${builtFor(info)}struct module takes ${size} bytes in the module (.gnu.linkonce.this_module) and ${layout.size} in ${kernel.profile.release}: the two were configured differently.`,
      next: `Rebuild the module with the .config and headers of ${kernel.profile.release}; options that change struct module are CONFIG_MODULE_UNLOAD, CONFIG_SMP, CONFIG_KALLSYMS, CONFIG_LIVEPATCH, tracing and BTF ones.`,
    },
  ];
};

function builtFor(info: LoadInfo): string {
  const release = getModinfo(info, 'vermagic')?.split(' ')[0];
  return release === undefined ? '' : `The module was built for ${release}: `;
}
