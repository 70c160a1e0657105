import type { LoadInfo } from '../kernel/load-info.ts';
import { getModinfo } from '../kernel/modinfo.ts';
import type { Diagnosis } from './diagnosis.ts';
import { fittingKernels } from './fitting-kernels.ts';
import { buildOf, listWords } from './words.ts';

/** The release that a module says it was built for; undefined: it says none. */
export function builtFor(info: LoadInfo): string | undefined {
  return getModinfo(info, 'vermagic')?.split(' ')[0];
}

/** What to do with a module of another kernel, or of another build of this one. */
export function rebuildAdvice({ world, info, kernel }: Diagnosis): string {
  const { release } = kernel.profile;
  if (!info) return `Rebuild it with the headers of ${release}.`;
  const fitting = fittingKernels(info, world).map((other) => other.release);
  const elsewhere = fitting.length > 0 ? ` It was built for ${listWords(fitting)} and would load there.` : '';
  return builtFor(info) === release
    ? `It was built with other headers or another .config than those of this kernel: rebuild it with the headers, Module.symvers and .config of exactly ${buildOf(kernel.profile)}.${elsewhere}`
    : `Rebuild it with the headers of ${release}: make -C /lib/modules/${release}/build M=$PWD modules. If it was rebuilt just now, the build used other headers: look at KDIR=, or at the kernel that dkms was told.${elsewhere}`;
}
