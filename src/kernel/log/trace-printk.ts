import type { Kernel } from '../kernel.ts';
import type { Module } from '../module.ts';
import { readStructCount } from '../struct-fields.ts';
import { KERN, printk } from './printk.ts';

const STARS = '*'.repeat(58);
const NOTICE = '**   NOTICE NOTICE NOTICE NOTICE NOTICE NOTICE NOTICE   **';
const EMPTY = `**${' '.repeat(54)}**`;
const LINES = [
  '',
  STARS,
  NOTICE,
  EMPTY,
  '** trace_printk() being used. Allocating extra memory.  **',
  EMPTY,
  '** This means that this is a DEBUG kernel and it is     **',
  '** unsafe for production use.                           **',
  EMPTY,
  '** If you see this message and you are not debugging    **',
  '** the kernel, report this immediately to your vendor!  **',
  EMPTY,
  NOTICE,
  STARS,
];

/** `trace_printk_init_buffers`, kernel/trace/trace.c: the first module with a `trace_printk` is told of, once a boot. */
export function noticeTracePrintk(kernel: Kernel, module: Module): void {
  if (readStructCount(kernel, module, 'num_trace_bprintk_fmt') === 0 || kernel.saidOnce.has(NOTICE)) return;
  kernel.saidOnce.add(NOTICE);
  for (const line of LINES) printk(kernel, KERN.WARNING, line);
}
