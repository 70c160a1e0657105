import {
  existsSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { DEFAULT_RELEASE } from './default-release.ts';
import type { KernelProfile } from './kernel-profile.ts';
import { defaultProfilePath, openProfile } from './open-profile.ts';
import { ProfileError } from './profile-error.ts';

/** Below a root: the profiles `<release>.kernel`, and the link `kernel` to the one in use. */
const DIRECTORY = 'boot';
const SUFFIX = '.kernel';
const IN_USE = 'kernel';
/** What a release may be made of, so that it is a file name and nothing else. */
const RELEASE = /^[A-Za-z0-9_+~:][\w.+~:-]{0,63}$/;

/** Releases of a root's profiles and of the one that comes with the package, sorted. */
export function listReleases(root: string): string[] {
  const own = profileFiles(root).map((name) => name.slice(0, -SUFFIX.length));
  return [...new Set([...own, DEFAULT_RELEASE])].sort();
}

/** Release of the kernel that the machine below `root` runs. */
export function releaseInUse(root: string): string {
  try {
    const target = readlinkSync(join(root, DIRECTORY, IN_USE));
    const release = target.endsWith(SUFFIX) ? target.slice(0, -SUFFIX.length) : '';
    return RELEASE.test(release) ? release : DEFAULT_RELEASE;
  } catch {
    return DEFAULT_RELEASE;
  }
}

/** The profile of the kernel that the machine below `root` runs. Raises ProfileError. */
export function openProfileInUse(root: string): KernelProfile {
  return openRelease(root, releaseInUse(root));
}

/** The profile of a release: the root's own, else the package's. Raises ProfileError: there is none. */
export function openRelease(root: string, release: string): KernelProfile {
  return openProfile(releasePath(root, release));
}

function releasePath(root: string, release: string): string {
  const own = join(root, DIRECTORY, release + SUFFIX);
  if (RELEASE.test(release) && existsSync(own)) return own;
  if (release === DEFAULT_RELEASE) return defaultProfilePath();
  throw new ProfileError(`no profile of kernel '${release}'; see 'kobox kernel list'`);
}

/** From now on the machine below `root` runs this kernel. Raises ProfileError when there is no profile of it. */
export function setReleaseInUse(root: string, release: string): void {
  releasePath(root, release);
  const link = join(root, DIRECTORY, IN_USE);
  mkdirSync(join(root, DIRECTORY), { recursive: true });
  rmSync(`${link}.new`, { force: true });
  symlinkSync(release + SUFFIX, `${link}.new`);
  renameSync(`${link}.new`, link);
}

/** Puts a profile file below `root`, instead of an earlier one of that release. Raises ProfileError. */
export function storeProfile(root: string, release: string, bytes: Uint8Array): void {
  if (!RELEASE.test(release)) throw new ProfileError('the kernel release cannot be a file name');
  const path = join(root, DIRECTORY, release + SUFFIX);
  mkdirSync(join(root, DIRECTORY), { recursive: true });
  writeFileSync(`${path}.new`, bytes, { flush: true });
  renameSync(`${path}.new`, path);
}

function profileFiles(root: string): string[] {
  try {
    return readdirSync(join(root, DIRECTORY)).filter((name) => name.endsWith(SUFFIX) && name !== SUFFIX);
  } catch {
    return [];
  }
}
