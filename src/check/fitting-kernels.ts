import type { LoadInfo } from '../kernel/load-info.ts';
import { getModinfo } from '../kernel/modinfo.ts';
import { readVersions, sameMagic } from '../kernel/symbols/version.ts';
import { diffStruct } from '../profile/diff-structs.ts';
import type { KernelProfile } from '../profile/kernel-profile.ts';
import { listWords } from './words.ts';
import type { World } from './world.ts';

/** The kernels that were imported and that the module was built for: same version magic, same `module_layout`. */
export function fittingKernels(info: LoadInfo, { kernels }: World): KernelProfile[] {
  const magic = getModinfo(info, 'vermagic');
  const versions = info.index.vers === 0 ? undefined : readVersions(info);
  if (magic === undefined) return [];
  return kernels.filter(
    (kernel) => sameMagic(magic, kernel.vermagic, versions !== undefined) && sameLayout(kernel, versions),
  );
}

/** Kernels without versions have nothing to compare. */
function sameLayout(kernel: KernelProfile, versions: ReadonlyMap<string, number> | undefined): boolean {
  const crc = kernel.exports.find('module_layout')?.crc;
  return versions === undefined || crc === undefined || versions.get('module_layout') === crc;
}

/** What differs in struct module from the kernel that a module was built for, where both have type information. */
export function structModuleChange(built: KernelProfile | undefined, running: KernelProfile): string {
  const change = built && diffStruct(built, running, 'module');
  if (!change) return '';
  const names = change.members.map(
    ({ name, before, after }) => `${name} (${before ? (after ? 'moved or changed' : 'gone') : 'new'})`,
  );
  const size =
    change.sizeBefore === change.sizeAfter ? '' : `, ${change.sizeBefore} bytes there and ${change.sizeAfter} here`;
  return ` Its struct module is that of ${built.release}${size}; members that differ: ${listWords(names)}.`;
}
