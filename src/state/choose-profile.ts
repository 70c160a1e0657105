import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { requireProcessor } from '../arch/architectures.ts';
import type { KernelProfile } from '../profile/kernel-profile.ts';
import { openDefaultProfile, openProfile } from '../profile/open-profile.ts';
import { StateError } from './state-error.ts';

/** Below a root: the profiles `<release>.kernel`, and `current`, which names the one to boot. */
export const BOOT = 'boot';
export const PROFILE_SUFFIX = '.kernel';
export const CURRENT = 'current';

/** The name under boot/ of the profile that a machine was booted with; null: the one that comes with the package. */
export type ProfileName = string | null;

/** Which profile a fresh machine boots: the one that boot/current names, else the newest there, else the package's own. */
export function chooseProfile(root: string): ProfileName {
  const names = profileNames(root);
  const current = readCurrent(root);
  if (current === undefined) return names.at(-1) ?? null;
  const chosen = names.find((name) => name === current || name === current + PROFILE_SUFFIX);
  if (chosen === undefined) throw new StateError(`${join(root, BOOT, CURRENT)} names no profile: ${current}`);
  return chosen;
}

/** Opens a profile by the name that was chosen for it. Raises UnknownArchitecture when no machine can run that kernel. */
export function openChosen(root: string, name: ProfileName): KernelProfile {
  const profile = name === null ? openDefaultProfile() : openProfile(join(root, BOOT, name));
  requireProcessor(profile.machine);
  return profile;
}

/** The profiles below a root, in the order of their versions. */
export function profileNames(root: string): string[] {
  try {
    const names = readdirSync(join(root, BOOT)).filter((name) => name.endsWith(PROFILE_SUFFIX));
    return names.sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  } catch {
    return [];
  }
}

function readCurrent(root: string): string | undefined {
  const path = join(root, BOOT, CURRENT);
  if (!lstatSync(path, { throwIfNoEntry: false })?.isFile()) return undefined;
  return readFileSync(path, 'utf8').trim() || undefined;
}
