import type { Kernel } from '../kernel/kernel.ts';

/** Which machine, and how its modules' code is run. */
export interface MachineOptions {
  /** The state root, absolute. */
  readonly root: string;
  readonly init: 'run' | 'skip';
}

/**
 * One change of the machine: takes the lock, reads the state, hands the kernel to `change`, writes the new state and
 * redraws proc/ and sys/. When `change` raises, nothing is written.
 */
export async function changeMachine<T>(
  _options: MachineOptions,
  _change: (kernel: Kernel) => T | Promise<T>,
): Promise<T> {
  throw new Error('not written yet');
}

/** The machine as it stands, without the lock; the kernel handed out must not be changed. */
export function readMachine(_options: MachineOptions): Kernel {
  throw new Error('not written yet');
}
