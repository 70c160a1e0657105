import { MAX_ERRNO } from '../abi/negative-errno.ts';

/** What a kernel function returns: 0 for success or a negative error number (`-EINVAL`). */
export type KernelResult = number;

/** `IS_ERR_VALUE`, include/linux/err.h. */
export function isErrorValue(value: number): boolean {
  return value < 0 && value >= -MAX_ERRNO;
}
