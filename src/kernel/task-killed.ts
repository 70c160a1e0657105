/**
 * The task that ran guest code died in the kernel: the oops or panic is in the log already, and nothing after the call
 * that raised this happens (kernel: `make_task_dead`). A module whose init died stays COMING with one reference.
 */
export class TaskKilled extends Error {
  /** What the parent of the command sees: SIGKILL after a page fault, SIGSEGV after a trap. */
  readonly signal: 'SIGKILL' | 'SIGSEGV';
  /** `oops`: the machine goes on; `panic`: it stopped; `hung`: it waits for ever; `budget`: its instructions are used up. */
  override readonly cause: 'oops' | 'panic' | 'hung' | 'budget';

  constructor(signal: TaskKilled['signal'], cause: TaskKilled['cause'] = 'oops') {
    super(`task killed: ${cause}`);
    this.name = 'TaskKilled';
    this.signal = signal;
    this.cause = cause;
  }
}
