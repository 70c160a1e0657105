import { closeSync, fsyncSync, openSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { makeDirectoriesBelow } from '../host/make-directories.ts';
import { DEFAULT_RELEASE } from './default-release.ts';
import type { KernelProfile } from './kernel-profile.ts';
import { defaultProfilePath, openProfile } from './open-profile.ts';
import { ProfileError } from './profile-error.ts';

/** Below a root: the profiles `<release>.kernel`, and `current`, which names the one to boot. */
const DIRECTORY = 'boot';
const SUFFIX = '.kernel';
const CURRENT = 'current';
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
  makeDirectoriesBelow(root, DIRECTORY);
  replaceFile(join(root, DIRECTORY, CURRENT), Buffer.from(`${release}\n`));
}

/** Puts a profile file below `root`, instead of an earlier one of that release. Raises ProfileError. */
export function storeProfile(root: string, release: string, bytes: Uint8Array): void {
  if (!RELEASE.test(release)) throw new ProfileError('the kernel release cannot be a file name');
  makeDirectoriesBelow(root, DIRECTORY);
  replaceFile(join(root, DIRECTORY, release + SUFFIX), bytes);
}

/** Whole or not at all, and lasting. What is beside it, a link say, is removed and never written through. */
function replaceFile(path: string, bytes: Uint8Array): void {
  const beside = `${path}.new`;
  rmSync(beside, { force: true });
  try {
    writeFileSync(beside, bytes, { flush: true, flag: 'wx' });
    renameSync(beside, path);
  } catch (error) {
    rmSync(beside, { force: true });
    throw Object.assign(error as Error, { path });
  }
  syncDirectory(dirname(path));
}

function syncDirectory(path: string): void {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function releasePath(root: string, release: string): string {
  if (ownReleases(root).includes(release)) return join(root, DIRECTORY, release + SUFFIX);
  if (release === DEFAULT_RELEASE) return defaultProfilePath();
  throw new ProfileError(`no profile of kernel '${release}'; see 'kobox kernel list'`);
}

function ownReleases(root: string): string[] {
  try {
    const names = readdirSync(join(root, DIRECTORY)).filter((name) => name.endsWith(SUFFIX));
    return names.map((name) => name.slice(0, -SUFFIX.length)).filter((release) => RELEASE.test(release));
  } catch {
    return [];
  }
}
