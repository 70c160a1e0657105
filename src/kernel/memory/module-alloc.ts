import type { Architecture } from '../../arch/architecture.ts';
import type { Address } from '../../memory/address.ts';
import { READ_WRITE } from '../../memory/mapping.ts';
import type { Kernel } from '../kernel.ts';
import { KernelError } from '../kernel-error.ts';
import { KERN, printk } from '../log/printk.ts';

/** What the emulated machine has: a larger allocation is refused before it is tried (kernel: `totalram_pages`). */
const MEMORY_SIZE = 960 * 2 ** 20;

/**
 * `module_alloc`, arch/x86/kernel/module.c: zeroed, page-aligned, writable memory in the first hole of the module area
 * that fits, with a guard page behind it (kernel: `__vmalloc_node_range`). Raises ENOMEM.
 */
export function moduleAlloc(kernel: Kernel, arch: Architecture, size: number, name: string): [Address, Uint8Array] {
  const { start, end } = arch.moduleArea;
  const pages = Math.ceil(size / arch.pageSize) * arch.pageSize;
  if (size === 0 || pages > end - start) throw new KernelError('ENOMEM');
  if (pages > MEMORY_SIZE) {
    const text = `insmod: vmalloc error: size ${size}, exceeds total pages, mode:0xcc0(GFP_KERNEL), nodemask=(null)`;
    printk(kernel, KERN.WARNING, `${text},cpuset=/,mems_allowed=0`);
    throw new KernelError('ENOMEM');
  }
  const base = findHole(kernel, arch, pages);
  const bytes = new Uint8Array(size);
  kernel.memory.map(base, bytes, READ_WRITE, name);
  return [base, bytes];
}

/** First fit. A mapping's last page is followed by its guard page, unless the next one continues the same module. */
function findHole(kernel: Kernel, { moduleArea, pageSize }: Architecture, size: number): Address {
  let candidate = moduleArea.start;
  for (const { base, size: length } of kernel.memory.mappings) {
    if (base < moduleArea.start) continue;
    if (base >= moduleArea.end || candidate + size + pageSize <= base) break;
    candidate = base + Math.ceil(length / pageSize) * pageSize + pageSize;
  }
  if (candidate + size > moduleArea.end) throw new KernelError('ENOMEM');
  return candidate;
}
