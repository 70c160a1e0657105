import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeDirectoriesBelow } from '../host/make-directories.ts';
import { DEFAULT_RELEASE } from '../profile/default-release.ts';
import type { KernelProfile } from '../profile/kernel-profile.ts';
import { defaultProfilePath, openProfile } from '../profile/open-profile.ts';
import { ProfileError } from '../profile/profile-error.ts';
import { replaceDurably } from './atomic-file.ts';
import { BOOT, CURRENT, PROFILE_SUFFIX, profileNames } from './choose-profile.ts';
import { refuseHostRoot } from './root-paths.ts';

/** What a release may be made of, so that it is a file name and nothing else. */
const RELEASE = /^[A-Za-z0-9_+~:][\w.+~:-]{0,63}$/;

/** Releases of a root's own profiles and of the one that comes with the package, sorted. */
export function listReleases(root: string): string[] {
  return [...new Set([...ownReleases(root), DEFAULT_RELEASE])].sort();
}

/** The profile of a release: the root's own, else the package's. Raises ProfileError: there is none. */
export function openRelease(root: string, release: string): KernelProfile {
  return openProfile(releasePath(root, release));
}

/** The kernel that the next boot of the machine below `root` runs. Raises ProfileError when there is no profile of it. */
export function setReleaseToBoot(root: string, release: string): void {
  const path = releasePath(root, release);
  if (path === defaultProfilePath()) storeProfile(root, release, readFileSync(path));
  refuseHostRoot(root);
  makeDirectoriesBelow(root, BOOT);
  replaceDurably(join(root, BOOT, CURRENT), Buffer.from(`${release}\n`));
}

/** Puts a profile file below `root`, instead of an earlier one of that release. Raises ProfileError. */
export function storeProfile(root: string, release: string, bytes: Uint8Array): void {
  if (!RELEASE.test(release)) throw new ProfileError('the kernel release cannot be a file name');
  refuseHostRoot(root);
  makeDirectoriesBelow(root, BOOT);
  replaceDurably(join(root, BOOT, release + PROFILE_SUFFIX), bytes);
}

function releasePath(root: string, release: string): string {
  if (ownReleases(root).includes(release)) return join(root, BOOT, release + PROFILE_SUFFIX);
  if (release === DEFAULT_RELEASE) return defaultProfilePath();
  throw new ProfileError(`no profile of kernel '${release}'; see 'kobox kernel list'`);
}

function ownReleases(root: string): string[] {
  const releases = profileNames(root).map((name) => name.slice(0, -PROFILE_SUFFIX.length));
  return releases.filter((release) => RELEASE.test(release));
}
