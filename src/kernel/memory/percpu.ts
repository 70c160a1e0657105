import { x86_64 } from '../../arch/x86-64.ts';
import type { Address } from '../../memory/address.ts';
import { READ_WRITE } from '../../memory/mapping.ts';
import type { Kernel } from '../kernel.ts';
import { KernelError } from '../kernel-error.ts';
import { align } from '../layout.ts';
import { imageBytes, type LoadInfo } from '../load-info.ts';
import { dumpStack, warn } from '../log/dump-stack.ts';
import { KERN, printk } from '../log/printk.ts';
import { subsystem } from '../subsystem.ts';

/** `PERCPU_MODULE_RESERVE`, include/linux/percpu.h: all that modules' static per-CPU variables may take together. */
const RESERVED_SIZE = 8 << 10;
/** `PCPU_MIN_ALLOC_SIZE`. */
const MIN_ALLOCATION = 4;
/** `PCPU_MIN_UNIT_SIZE`. */
const MAX_ALLOCATION = 32 << 10;

/** `__per_cpu_offset[0]`: the one CPU's area, in the direct map. */
export const PERCPU_OFFSET: Address = -0x777f_c400_0000;

/** The kernel's own variables there, below the modules' reserve. */
export const PERCPU_STATIC_SIZE = x86_64.percpuReserved;

/** Name of the mapping that holds modules' per-CPU variables of CPU 0. */
const MAPPING = 'percpu reserved';

/** `percpu_modalloc`: room for `.data..percpu` in the reserved chunk. Sets `module.percpu`. Raises ENOMEM. */
export function percpuModalloc(kernel: Kernel, info: LoadInfo): void {
  const { index, view, module, arch } = info;
  const size = view.sections.size[index.pcpu]!;
  let alignment = view.sections.alignment[index.pcpu]!;
  if (size === 0) return;
  if (alignment > arch.pageSize) {
    printk(kernel, KERN.WARNING, `${module.name}: per-cpu alignment ${alignment} > ${arch.pageSize}`);
    alignment = arch.pageSize;
  }
  const base = allocateReserved(kernel, info, size, alignment);
  if (base === undefined) {
    printk(kernel, KERN.WARNING, `${module.name}: Could not allocate ${size} bytes percpu data`);
    throw new KernelError('ENOMEM');
  }
  module.percpu = { base, size };
}

/** `percpu_modfree`. */
export function percpuModfree(_kernel: Kernel, info: LoadInfo): void {
  info.module.percpu = { base: 0, size: 0 };
}

/** `pcpu_alloc` for `__alloc_reserved_percpu`: first fit among the modules that are there. */
function allocateReserved(kernel: Kernel, { arch }: LoadInfo, asked: number, alignment: number): Address | undefined {
  const step = Math.max(alignment, MIN_ALLOCATION);
  const size = align(asked, MIN_ALLOCATION);
  if (size > MAX_ALLOCATION || (step & (step - 1)) !== 0) {
    const message = `illegal size (${size}) or align (${step}) for percpu allocation`;
    warn(kernel, { place: 'mm/percpu.c:1758', where: 'pcpu_alloc', message, inner: ['percpu'] });
    return undefined;
  }
  const areas = kernel.modules.map((module) => module.percpu).filter((area) => area.size > 0);
  const taken = areas.map(({ base, size: length }) => ({ start: base - arch.percpuReserved, length }));
  taken.sort((a, b) => a.start - b.start);
  let candidate = 0;
  for (const { start, length } of taken) {
    if (candidate + size <= start) break;
    candidate = Math.max(candidate, align(start + align(length, MIN_ALLOCATION), step));
  }
  if (candidate + size <= RESERVED_SIZE) return arch.percpuReserved + candidate;
  complainOnFull(kernel, size, step);
  return undefined;
}

/** How often `pcpu_alloc` says that there is no room. */
const MOST_COMPLAINTS = 10;

const complaints = subsystem('percpu complaints', () => ({ made: 0 }));

function complainOnFull(kernel: Kernel, size: number, step: number): void {
  const told = complaints(kernel);
  if (told.made === MOST_COMPLAINTS) return;
  const reason = 'atomic=0, alloc from reserved chunk failed';
  printk(kernel, KERN.WARNING, `percpu: allocation failed, size=${size} align=${step} ${reason}`);
  dumpStack(kernel, ['percpu', 'percpuFull']);
  if (++told.made === MOST_COMPLAINTS) printk(kernel, KERN.INFO, 'percpu: limit reached, disable warning');
}

/** `percpu_modcopy`: the initial values, from the image that was relocated, to the one CPU's copy. */
export function percpuModcopy(kernel: Kernel, info: LoadInfo): void {
  const { percpu } = info.module;
  if (percpu.size === 0) return;
  const base = PERCPU_OFFSET + info.arch.percpuReserved;
  if (!kernel.memory.find(base)) kernel.memory.map(base, new Uint8Array(RESERVED_SIZE), READ_WRITE, MAPPING);
  kernel.memory.view(PERCPU_OFFSET + percpu.base, percpu.size, 'write').set(imageBytes(info, info.index.pcpu));
}
