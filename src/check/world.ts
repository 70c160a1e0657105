import type { KernelProfile } from '../profile/kernel-profile.ts';

/** What is known beside the kernel and the module: it turns "unknown symbol" into "load that one first". */
export interface World {
  /** Other kernels that were imported. */
  readonly kernels: readonly KernelProfile[];
  /** Names of the modules of the tree that export a symbol. */
  exporters(symbol: string): readonly string[];
  /** Modules to load, in order, before this one (dependencies first, without itself). */
  loadOrder(module: string): readonly string[];
  /** Whether it is known that a module of the tree does not load itself. */
  refuses?(module: string): boolean;
}

/** Nothing else is known. */
export const EMPTY_WORLD: World = { kernels: [], exporters: () => [], loadOrder: () => [] };
