import type { Kernel } from './kernel.ts';
import { subsystem } from './subsystem.ts';

/** Nanoseconds since boot at which the first command finds the machine. */
const FIRST_MOMENT = 10e9;

/** The virtual clock: only guest code's waiting and running moves it, so that the same commands give the same times. */
const clockState = subsystem('clock', () => ({ now: FIRST_MOMENT }));

/** `ktime_get()`: nanoseconds since boot on the virtual clock. */
export function nanoseconds(kernel: Kernel): number {
  return clockState(kernel).now;
}

/** Lets virtual time pass. */
export function advance(kernel: Kernel, duration: number): void {
  if (duration > 0) clockState(kernel).now += Math.round(duration);
}
