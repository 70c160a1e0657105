import type { Address } from '../../memory/address.ts';
import type { Task } from '../core/tasks/task.ts';

/** A call of a function that runs from the kernel's own code, as it was when it began. */
export interface TextCall {
  readonly name: string;
  readonly task: Task;
  /** Where its return address stands. */
  readonly stack: Address;
  readonly back: Address;
  /** Registers that it must give back as they are. */
  readonly preserved: readonly bigint[];
  /** The pointers that it was given. */
  readonly pointers: readonly Address[];
}

/** The calls of the kernel's own code in a session. */
export interface TextCallState {
  /** How often each function was called by modules and models. */
  readonly counts: Map<string, number>;
  /** Those that may be under way, the innermost last. */
  calls: readonly TextCall[];
}
