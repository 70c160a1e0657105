import type { ErrnoName } from '../abi/errno.ts';

/**
 * A stage of the kernel gives up with an errno. The detail has already gone to the log (`printk`);
 * only `load-module.ts` and `syscalls.ts` catch it.
 */
export class KernelError extends Error {
  readonly errno: ErrnoName;

  constructor(errno: ErrnoName) {
    super(errno);
    this.name = 'KernelError';
    this.errno = errno;
  }
}
