import type { LoadInfo } from '../../kernel/load-info.ts';
import type { KernelProfile } from '../../profile/kernel-profile.ts';
import type { CauseRule } from '../diagnosis.ts';
import { fittingKernels, structModuleChange } from '../fitting-kernels.ts';
import { builtFor, rebuildAdvice } from '../rebuild-advice.ts';
import type { World } from '../world.ts';

/** `struct module` of the module and of the kernel differ in size; kernels since 6.4 look. */
export const thisModule: CauseRule = (diagnosis) => {
  const { stage, info, kernel, world } = diagnosis;
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
      next: rebuildAdvice(diagnosis),
    },
  ];
};

/** The imported kernel that the module was built for, if its struct module has that size. */
function kernelOf(info: LoadInfo, size: number, world: World): KernelProfile | undefined {
  return fittingKernels(info, world).find((kernel) => kernel.layout('module')?.size === size);
}
