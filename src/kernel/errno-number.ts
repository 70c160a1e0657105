import { type ErrnoName, errnoNumber } from '../abi/errno.ts';
import { MAX_ERRNO } from '../abi/negative-errno.ts';

/** What a kernel function returns: 0 for success or a negative error number (`-EINVAL`). */
export type KernelResult = number;

/** `-EINVAL` by name, as kernel functions return it. */
export function minus(name: ErrnoName): KernelResult {
  return -errnoNumber(name);
}

/** `IS_ERR_VALUE`, include/linux/err.h. */
export function isErrorValue(value: number): boolean {
  return value < 0 && value >= -MAX_ERRNO;
}
