import type { Kernel } from './kernel.ts';
import { KERN, printk } from './printk.ts';

/** `lockdown_reasons[]`, security/security.c: what the integrity level forbids of module loading. */
const REASONS = {
  MODULE_SIGNATURE: 'unsigned module loading',
  MODULE_PARAMETERS: 'unsafe module parameters',
} as const;

/** `security_locked_down`: whether the kernel refuses, which it tells to the log. Source: security/lockdown/lockdown.c. */
export function lockedDown(kernel: Kernel, reason: keyof typeof REASONS): boolean {
  if (kernel.options.lockdown === 'none') return false;
  const { comm } = kernel.current;
  printk(kernel, KERN.NOTICE, `Lockdown: ${comm}: ${REASONS[reason]} is restricted; see man kernel_lockdown.7`);
  return true;
}
