import { readByteString } from '../../kmod/files.ts';
import { DEFAULT_RELEASE } from '../../profile/default-release.ts';
import { chooseProfile } from '../../state/choose-profile.ts';

const SUFFIX = '.kernel';

/**
 * `uname -r` of the machine below `root`, without opening its kernel profile: what proc/ says, else the kernel that a
 * fresh machine would boot.
 */
export function runningRelease(root: string): string {
  const told = readByteString(`${root}/proc/sys/kernel/osrelease`)?.trim();
  if (told !== undefined && told !== '') return told;
  return chooseProfile(root)?.slice(0, -SUFFIX.length) ?? DEFAULT_RELEASE;
}
