import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { requireProcessor } from '../arch/architectures.ts';
import type { KernelProfile } from '../profile/kernel-profile.ts';
import { openDefaultProfile, openProfile } from '../profile/open-profile.ts';
import { StateError } from './state-error.ts';

/** The name under boot/ of the profile that a machine was booted with; null: the one that comes with the package. */
export type ProfileName = string | null;

/** Which profile a fresh machine boots: the one that boot/current names, else the newest there, else the package's own. */
export function chooseProfile(root: string): ProfileName {
  const names = profileNames(root);
  const current = readCurrent(root);
  if (current === undefined) return names.at(-1) ?? null;
  const chosen = names.find((name) => name === current || name === `${current}.kernel`);
  if (chosen === undefined) throw new StateError(`${join(root, 'boot/current')} names no profile: ${current}`);
  return chosen;
}

/** Opens a profile by the name that was chosen for it. Raises UnknownArchitecture when no machine can run that kernel. */
export function openChosen(root: string, name: ProfileName): KernelProfile {
  const profile = name === null ? openDefaultProfile() : openProfile(join(root, 'boot', name));
  requireProcessor(profile.machine);
  return profile;
}

/** In the order of their versions. */
function profileNames(root: string): string[] {
  try {
    const names = readdirSync(join(root, 'boot')).filter((name) => name.endsWith('.kernel'));
    return names.sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  } catch {
    return [];
  }
}

function readCurrent(root: string): string | undefined {
  const path = join(root, 'boot/current');
  if (!lstatSync(path, { throwIfNoEntry: false })?.isFile()) return undefined;
  return readFileSync(path, 'utf8').trim() || undefined;
}
