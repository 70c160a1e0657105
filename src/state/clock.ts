import { nanoseconds } from '../kernel/clock.ts';
import type { Kernel } from '../kernel/kernel.ts';

/** How much later than the one before a command says things, in microseconds: one command a second. */
const COMMAND = 1_000_000;

/**
 * The clock of the log: microseconds since boot, the same on every run of the same commands. It is the virtual clock and
 * goes on by a second with each change of the machine, by a microsecond with each message. `changes`: since it booted.
 */
export function logClock(kernel: () => Kernel, changes: number): () => number {
  return () => {
    const machine = kernel();
    const virtual = Math.floor(nanoseconds(machine) / 1000) + changes * COMMAND;
    return Math.max(virtual, (machine.log.at(-1)?.timestamp ?? -1) + 1);
  };
}
