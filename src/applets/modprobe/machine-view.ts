import type { ModuleKernel } from '../../kmod/module-kernel.ts';
import type { ModuleImages } from './module-image.ts';

/** The machine that a run works on. */
export interface Machine {
  readonly images: ModuleImages;
  /** The kernel as it stands now; another object after each request. */
  readonly kernel: ModuleKernel;
}
