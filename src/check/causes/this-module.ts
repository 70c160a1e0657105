import type { CauseRule } from '../diagnosis.ts';

/** `struct module` of the module and of the kernel differ in size. */
export const thisModule: CauseRule = ({ stage, info, kernel }) => {
  if (!info || info.index.mod === 0 || (stage !== 'elf_validity_check' && stage !== 'setup_load_info')) return [];
  const layout = kernel.profile.layout('module');
  const size = info.view.sections.size[info.index.mod];
  if (!layout || size === undefined || size === layout.size) return [];
  return [
    {
      id: 'struct-module',
      reason: `struct module takes ${size} bytes in the module (.gnu.linkonce.this_module) and ${layout.size} in ${kernel.profile.release}: the two were configured differently.`,
      next: `Rebuild the module with the .config and headers of ${kernel.profile.release}; options that change struct module are CONFIG_MODULE_UNLOAD, CONFIG_SMP, CONFIG_KALLSYMS, CONFIG_LIVEPATCH, tracing and BTF ones.`,
    },
  ];
};
