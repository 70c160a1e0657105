import type { Kernel } from './kernel.ts';

/** True when the kernel is of this version or a later one: the key of all wording and ordering tables. */
export function versionAtLeast(kernel: Pick<Kernel, 'profile'>, major: number, minor: number): boolean {
  const [ownMajor, ownMinor] = kernel.profile.versionNumbers;
  return ownMajor > major || (ownMajor === major && ownMinor >= minor);
}

/** True when the kernel's version is `since` or later, and earlier than `until`; either may be left open. */
export function isVersionWithin(
  kernel: Kernel,
  since: readonly [number, number] = [0, 0],
  until?: readonly [number, number],
): boolean {
  return versionAtLeast(kernel, ...since) && !(until && versionAtLeast(kernel, ...until));
}
