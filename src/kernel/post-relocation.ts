import type { Kernel } from './kernel.ts';
import { findSec, type LoadInfo, sectionContents } from './load-info.ts';
import { percpuModcopy } from './memory/percpu.ts';
import { moduleFinalize } from './module-finalize.ts';
import { addKallsyms } from './symbols/kallsyms.ts';

/** `post_relocation`, kernel/module/main.c: the exception table, the per-CPU copy, kallsyms, the code's last patches. */
export function postRelocation(kernel: Kernel, info: LoadInfo): void {
  sortExtable(info);
  percpuModcopy(kernel, info);
  addKallsyms(kernel, info);
  moduleFinalize(kernel, info);
}

/**
 * `sort_extable`, lib/extable.c: entries by the address of the faulting instruction. Relative references are made
 * relative to their new places.
 */
function sortExtable(info: LoadInfo): void {
  const { entrySize, relative } = info.arch.exceptionTable;
  const section = findSec(info, '__ex_table');
  const bytes = sectionContents(info, section);
  const count = Math.floor(bytes.length / entrySize);
  if (section === 0 || count < 2) return;
  const table = new DataView(bytes.buffer, bytes.byteOffset, count * entrySize);
  const before = bytes.slice(0, count * entrySize);
  const old = new DataView(before.buffer);
  const instruction = (i: number): number => old.getInt32(i * entrySize, true) + (relative ? i * entrySize : 0);
  const order = Array.from({ length: count }, (_, i) => i).sort((a, b) => instruction(a) - instruction(b));
  order.forEach((from, to) => {
    bytes.set(before.subarray(from * entrySize, (from + 1) * entrySize), to * entrySize);
    if (!relative) return;
    for (const field of [0, 4]) {
      const moved = old.getInt32(from * entrySize + field, true) + (from - to) * entrySize;
      table.setInt32(to * entrySize + field, moved, true);
    }
  });
}
