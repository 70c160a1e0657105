import type { LoadInfo } from '../../kernel/load-info.ts';
import { getModinfo } from '../../kernel/modinfo.ts';
import type { KernelProfile } from '../../profile/kernel-profile.ts';
import type { CauseRule } from '../diagnosis.ts';
import { fittingKernels, structModuleChange } from '../fitting-kernels.ts';
import type { World } from '../world.ts';

/** `struct module` of the module and of the kernel differ in size; kernels since 6.4 look. */
export const thisModule: CauseRule = ({ stage, info, kernel, world }) => {
  if (!info || stage !== 'elf_validity_cache_copy') return [];
  const section = info.view.findSection('.gnu.linkonce.this_module');
  const { profile } = kernel;
  const layout = profile.layout('module');
  const size = info.view.sections.size[section] ?? 0;
  if (!layout || section === 0 || size === layout.size) return [];
  const built = builtFor(info);
  const other = built !== undefined && built !== profile.release;
  const whose = other ? `: it was built for ${built}` : ', built with another configuration of it';
  return [
    {
      id: 'struct-module',
      reason:
        `struct module takes ${size} bytes in the module (section .gnu.linkonce.this_module) and ${layout.size} in ${profile.release}${whose}.` +
        structModuleChange(kernelOf(info, size, world), profile),
      next: `Rebuild the module with the headers and .config of ${profile.release}.${other ? '' : ' Options that change struct module are CONFIG_MODULE_UNLOAD, CONFIG_SMP, CONFIG_KALLSYMS, CONFIG_LIVEPATCH, CONFIG_TRACING, CONFIG_DEBUG_INFO_BTF_MODULES and others.'}`,
    },
  ];
};

function builtFor(info: LoadInfo): string | undefined {
  return getModinfo(info, 'vermagic')?.split(' ')[0];
}

/** The imported kernel that the module was built for, if its struct module has that size. */
function kernelOf(info: LoadInfo, size: number, world: World): KernelProfile | undefined {
  return fittingKernels(info, world).find((kernel) => kernel.layout('module')?.size === size);
}
