import type { Address } from '../../../memory/address.ts';

/** States of a task in `task_struct.__state`: include/linux/sched.h. */
export const TASK_RUNNING = 0;

/** Woken by signals too. */
export const TASK_INTERRUPTIBLE = 1;

/** What a sleeping task waits for: a wake-up, or a moment. */
export interface Wait {
  /** Virtual time in nanoseconds; undefined: only a wake-up ends it. */
  readonly until?: number;
  /** What the sleeping function returns when the time ran out, and when it was woken. */
  readonly timedOut: string;
  readonly woken: 'remaining-jiffies' | 'remaining-milliseconds' | string;
  /** It sleeps on when it is woken before the time: `always` (`msleep`), or if there is no signal. */
  readonly sleepsOn?: 'always' | 'without-signal';
  /** The pid of a task whose end is waited for. */
  readonly endOf?: number;
  /** The work item whose end is waited for. */
  readonly endOfItem?: Address;
}

/** A task: a command's own, a kernel thread, a worker. Registers are 64-bit patterns as hexadecimal text. */
export interface Task {
  /** `struct task_struct`. */
  readonly address: Address;
  readonly pid: number;
  comm: string;
  readonly stack: Address;
  /** `new`: not started; `ready`: may run; `asleep`; `dead`. */
  state: 'new' | 'ready' | 'asleep' | 'dead';
  wait?: Wait;
  /** Saved registers of one that was suspended. */
  registers?: Record<string, string>;
  /** What the function that put it to sleep returns when it goes on. */
  result?: string;
  /** Where a thread starts, with its argument. */
  start?: { readonly address: Address; readonly argument: Address };
  /** Made by `kthread_create`. */
  thread?: boolean;
  /** `kthread_stop` was called. */
  shouldStop?: boolean;
  /** What its function returned. */
  exitCode?: number;
  /** The completion that it waits for. */
  waitsFor?: Address;
  /** A worker that runs work items and takes the next when it is done. */
  worker?: boolean;
  /** The pool that a worker belongs to, its number there, and the item that it has. */
  pool?: string;
  workerNumber?: number;
  item?: { readonly work: Address; readonly queue: Address; readonly queueName: string };
  /** The name of the queue whose item a worker runs. */
  queueName?: string;
}
