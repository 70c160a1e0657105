import { diffStruct } from '../../profile/diff-structs.ts';
import type { KernelProfile } from '../../profile/kernel-profile.ts';
import type { CauseRule } from '../diagnosis.ts';
import { disagreeingVersions } from '../undefined-symbols.ts';
import { crcWord, listWords } from '../words.ts';

/** `module_layout` differs: the module comes from another build or configuration of the kernel. */
export const structVersion: CauseRule = (diagnosis) => {
  const { stage, kernel, world } = diagnosis;
  if (stage !== 'check_modstruct_version') return [];
  const { all, differ } = disagreeingVersions(diagnosis);
  const layout = differ.find(({ name }) => name === 'module_layout');
  const { release } = kernel.profile;
  if (!layout) return [noLayoutVersion(release)];
  const fitting = world.kernels.filter((other) => other.exports.find('module_layout')?.crc === layout.wanted);
  const match =
    fitting.length > 0 ? ` Its module_layout is that of ${listWords(fitting.map((other) => other.release))}.` : '';
  const members = fitting
    .slice(0, 1)
    .map((other) => structChange(other, kernel.profile))
    .join('');
  return [
    {
      id: 'kernel-build',
      reason:
        `The module was built for another build or configuration of the kernel: module_layout, which stands for struct module itself, ` +
        `has CRC ${crcWord(layout.wanted!)} in the module and ${crcWord(layout.found!.crc!)} in ${release}; ` +
        `${differ.length} of the ${all} symbol versions that can be compared differ.${match}${members}`,
      next: `Rebuild it against the headers of exactly this kernel (${release}, ${kernel.profile.version}), with its Module.symvers and .config.`,
    },
  ];
};

function noLayoutVersion(release: string) {
  return {
    id: 'kernel-build',
    reason:
      'The module has a table of symbol versions, but none for module_layout: it was not built by kbuild, or the table was cut.',
    next: `Rebuild it with kbuild against the headers of ${release}; do not strip __versions.`,
  };
}

/** What differs in struct module itself, where the type information of both kernels is known. */
function structChange(built: KernelProfile, running: KernelProfile): string {
  const change = diffStruct(built, running, 'module');
  if (!change) return '';
  const names = change.members.map(
    ({ name, before, after }) => `${name} (${before ? (after ? 'moved or changed' : 'gone') : 'new'})`,
  );
  return ` struct module takes ${change.sizeBefore} bytes there and ${change.sizeAfter} here; members that differ: ${listWords(names)}.`;
}
