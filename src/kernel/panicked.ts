import type { Kernel } from './kernel.ts';

const STATE = 'panic';

/** The machine stands still from here on: what it was is left to be looked at. */
export function standStill(kernel: Kernel): void {
  kernel.subsystems[STATE] = { panicked: true };
}

/** Whether the kernel has panicked since it booted. */
export function hasPanicked(kernel: Kernel): boolean {
  return kernel.subsystems[STATE] !== undefined;
}
