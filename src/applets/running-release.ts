import { namesIn, readByteString } from '../kmod/files.ts';
import { DEFAULT_RELEASE } from '../profile/default-release.ts';

const SUFFIX = '.kernel';

/**
 * `uname -r` of the machine below `root`, without opening its kernel profile: what proc/ says, else the only profile
 * in boot/, else the release that comes with the package.
 */
export function runningRelease(root: string): string {
  const told = readByteString(`${root}/proc/sys/kernel/osrelease`)?.trim();
  if (told !== undefined && told !== '') return told;
  const profiles = (namesIn(`${root}/boot`) ?? []).filter((name) => name.endsWith(SUFFIX));
  return profiles.length === 1 ? profiles[0]!.slice(0, -SUFFIX.length) : DEFAULT_RELEASE;
}
