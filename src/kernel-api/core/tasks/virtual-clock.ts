import { nanoseconds } from '../../../kernel/clock.ts';
import type { Kernel } from '../../../kernel/kernel.ts';

/** `CONFIG_HZ`; ticks of `jiffies` a second. */
export function ticksPerSecond(kernel: Kernel): number {
  return Number(kernel.profile.config('HZ') ?? 250);
}

/** `INITIAL_JIFFIES`, include/linux/jiffies.h: five minutes before the 32-bit wrap, as unsigned 64 bit. */
const WRAP = 1n << 32n;

/** `jiffies_64`. */
export function jiffies(kernel: Kernel): bigint {
  const hz = ticksPerSecond(kernel);
  return WRAP - BigInt(300 * hz) + BigInt(Math.floor((nanoseconds(kernel) * hz) / 1e9));
}

/** Nanoseconds of so many ticks. */
export function ticksToNanoseconds(kernel: Kernel, ticks: number): number {
  return Math.round((ticks * 1e9) / ticksPerSecond(kernel));
}

/** The virtual time at which `jiffies` reaches a value. */
export function timeOfJiffies(kernel: Kernel, value: bigint): number {
  const distance = BigInt.asIntN(64, value - jiffies(kernel));
  const hz = ticksPerSecond(kernel);
  const tick = Math.floor((nanoseconds(kernel) * hz) / 1e9) + Number(distance);
  return Math.ceil((tick * 1e9) / hz);
}

/** Seconds since 1970 at boot: fixed, so that the same load gives the same log. */
const BOOT_TIME = 1_700_000_000;

/** `ktime_get_real()`: nanoseconds since 1970. */
export function realNanoseconds(kernel: Kernel): bigint {
  return BigInt(BOOT_TIME) * 1_000_000_000n + BigInt(Math.round(nanoseconds(kernel)));
}
