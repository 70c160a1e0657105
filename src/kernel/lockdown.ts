import type { Kernel } from './kernel.ts';
import { versionAtLeast } from './kernel-version.ts';
import { KERN, printk } from './log/printk.ts';
import { ratelimit } from './log/ratelimit.ts';

/** `lockdown_reasons[]`, security/security.c: what the integrity level forbids of module loading. */
const REASONS = {
  MODULE_SIGNATURE: 'unsigned module loading',
  MODULE_PARAMETERS: 'unsafe module parameters',
} as const;

/** `security_locked_down`: whether the kernel refuses, which it tells to the log, since 6.1 at a limited rate. Source: security/lockdown/lockdown.c. */
export function lockedDown(kernel: Kernel, reason: keyof typeof REASONS): boolean {
  if (kernel.options.lockdown === 'none') return false;
  const { comm } = kernel.current;
  if (versionAtLeast(kernel, 6, 1) && !ratelimit(kernel, 'lockdown_is_locked_down')) return true;
  printk(kernel, KERN.NOTICE, `Lockdown: ${comm}: ${REASONS[reason]} is restricted; see man kernel_lockdown.7`);
  return true;
}
