import type { CauseRule } from '../diagnosis.ts';
import { fittingKernels, structModuleChange } from '../fitting-kernels.ts';
import { builtFor, rebuildAdvice } from '../rebuild-advice.ts';
import { disagreeingVersions } from '../undefined-symbols.ts';
import { crcWord } from '../words.ts';

/** `module_layout` differs: the module comes from another build or configuration of the kernel. */
export const structVersion: CauseRule = (diagnosis) => {
  const { stage, kernel, world } = diagnosis;
  if (stage !== 'check_modstruct_version') return [];
  const { all, differ } = disagreeingVersions(diagnosis);
  const layout = differ.find(({ name }) => name === 'module_layout');
  const { release } = kernel.profile;
  if (!layout) return [noLayoutVersion(release)];
  const built = builtFor(diagnosis.info!);
  const whose =
    built === undefined || built === release
      ? `another build or configuration of ${release}`
      : `kernel ${built}, this one is ${release}`;
  const members = structModuleChange(fittingKernels(diagnosis.info!, world)[0], kernel.profile);
  return [
    {
      id: 'kernel-build',
      reason:
        `The module was built for ${whose}: module_layout, which stands for struct module itself, ` +
        `has CRC ${crcWord(layout.wanted!)} in the module and ${crcWord(layout.found!.crc!)} in the kernel; ` +
        `${differ.length} of the ${all} symbol versions that can be compared differ.${members}`,
      next: rebuildAdvice(diagnosis),
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
