import type { CauseRule } from '../diagnosis.ts';

/** Where kernels look at it: since 6.4 before anything else of the module. */
const STAGES = new Set(['elf_validity_check', 'elf_validity_cache_copy', 'setup_load_info']);

/** `struct module` of the module and of the kernel differ in size. */
export const thisModule: CauseRule = ({ stage, info, kernel }) => {
  if (!info || stage === undefined || !STAGES.has(stage)) return [];
  const section = info.view.findSection('.gnu.linkonce.this_module');
  const layout = kernel.profile.layout('module');
  const size = info.view.sections.size[section] ?? 0;
  if (!layout || section === 0 || size === layout.size) return [];
  return [
    {
      id: 'struct-module',
      reason: `struct module takes ${size} bytes in the module (.gnu.linkonce.this_module) and ${layout.size} in ${kernel.profile.release}: the two were configured differently.`,
      next: `Rebuild the module with the .config and headers of ${kernel.profile.release}; options that change struct module are CONFIG_MODULE_UNLOAD, CONFIG_SMP, CONFIG_KALLSYMS, CONFIG_LIVEPATCH, tracing and BTF ones.`,
    },
  ];
};
