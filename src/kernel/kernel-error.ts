import { type ErrnoName, errnoNumber } from '../abi/errno.ts';

/**
 * A stage of the kernel gives up with an errno. The detail has already gone to the log (`printk`);
 * only `load-module.ts` and `syscalls.ts` catch it.
 */
export class KernelError extends Error {
  readonly errno: ErrnoName;
  /** The positive error number, which has a name but where a module's own code chose it. */
  readonly number: number;

  constructor(errno: ErrnoName, number = errnoNumber(errno)) {
    super(errno);
    this.name = 'KernelError';
    this.errno = errno;
    this.number = number;
  }
}

/** A module of this name is on its way in: the kernel waits for the end of that, or for a signal. */
export class StillLoading extends KernelError {
  constructor() {
    super('EINTR');
    this.name = 'StillLoading';
  }
}
