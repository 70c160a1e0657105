import type { Kernel } from '../kernel.ts';
import { isConfigured } from '../kernel-config.ts';
import { versionAtLeast } from '../kernel-version.ts';

/** What stands in front of the reason of an oops: `Oops: ` since 6.10. Source: arch/x86/kernel/dumpstack.c. */
export function diePrefix(kernel: Kernel): string {
  return versionAtLeast(kernel, 6, 10) ? 'Oops: ' : '';
}

/**
 * `__die_header`, arch/x86/kernel/dumpstack.c: what the first line of an oops says of how the kernel was built. The
 * processor needs no page table isolation.
 */
export function dieWords(kernel: Kernel): string {
  const preempt = isConfigured(kernel, 'PREEMPT_RT')
    ? ' PREEMPT_RT'
    : isConfigured(kernel, 'PREEMPTION')
      ? ' PREEMPT'
      : '';
  const smp = isConfigured(kernel, 'SMP') ? ' SMP' : '';
  const isolation = ['PAGE_TABLE_ISOLATION', 'MITIGATION_PAGE_TABLE_ISOLATION'].some((each) =>
    isConfigured(kernel, each),
  );
  return `${preempt}${smp}${isolation ? ' NOPTI' : ''}`;
}
