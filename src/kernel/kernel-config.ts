import type { KernelProfile } from '../profile/kernel-profile.ts';
import type { Kernel } from './kernel.ts';

/** Options that were asked for: a profile looks each one up in its file. */
const KNOWN = new WeakMap<KernelProfile, Map<string, boolean>>();

/** True when the kernel was built with a `CONFIG_*` option, given without that prefix, as `y`. */
export function isConfigured(kernel: Kernel, option: string): boolean {
  const known = KNOWN.get(kernel.profile) ?? new Map<string, boolean>();
  KNOWN.set(kernel.profile, known);
  const answer = known.get(option) ?? kernel.profile.config(option) === 'y';
  known.set(option, answer);
  return answer;
}
