import type { CauseRule } from '../diagnosis.ts';

/** The module's BTF does not fit the kernel's, and the kernel minds. */
export const typeInformation: CauseRule = ({ stage, info, errno, kernel }) =>
  stage === 'prepare_coming_module' && info && errno !== 0 && info.view.findSection('.BTF') !== 0
    ? [
        {
          id: 'btf',
          reason: `The module's type information (.BTF) does not fit ${kernel.profile.release}: it was made against another vmlinux, or is damaged.`,
          next: `Rebuild the module with the vmlinux of ${kernel.profile.release} at hand, or leave the section out: objcopy --remove-section=.BTF MODULE.ko.`,
        },
      ]
    : [];
