import type { Kernel } from './kernel.ts';

/** True when the kernel is of this version or a later one: the key of all wording and ordering tables. */
export function versionAtLeast(kernel: Kernel, major: number, minor: number): boolean {
  const [ownMajor, ownMinor] = kernel.profile.versionNumbers;
  return ownMajor > major || (ownMajor === major && ownMinor >= minor);
}
