import { EM } from '../../abi/elf.ts';
import type { TextRun } from '../container/text-table.ts';
import { applyAlternatives } from './alternatives.ts';
import type { ImageRegion, KernelImage } from './kernel-image.ts';

/** What the kernel's own functions need to run; an image without sections is one region without a name. */
const TEXT_SECTIONS: ReadonlySet<string> = new Set(['', '.text', '.rodata', '__bug_table']);

/**
 * The code and read-only data of an image as they stand in memory when the kernel has booted. Of what a boot changes in
 * the code only the alternatives are another thing than before: places of static keys stand as their keys do from the
 * start, calls of `__fentry__`, thunks of returns and of indirect branches, and static calls do the same as what takes
 * their place.
 */
export function bootedText(image: KernelImage): TextRun[] {
  const kept = image.regions.filter(({ name }) => TEXT_SECTIONS.has(name));
  const runs = kept.sort((a, b) => a.address - b.address);
  return image.elfMachine === EM.X86_64 ? runs.map((run) => bootedRun(image, run)) : runs;
}

function bootedRun(image: KernelImage, run: ImageRegion): TextRun {
  return run.name === '.text' ? { ...run, bytes: applyAlternatives(image, run) } : run;
}
