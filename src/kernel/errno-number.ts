import { type ErrnoName, errnoNumber } from '../abi/errno.ts';

/** What a kernel function returns: 0 for success or a negative error number (`-EINVAL`). */
export type KernelResult = number;

/** `-EINVAL` by name, as kernel functions return it. */
export function minus(name: ErrnoName): KernelResult {
  return -errnoNumber(name);
}

/** `MAX_ERRNO`, include/linux/err.h. */
const MAX_ERRNO = 4095;

/** `IS_ERR_VALUE`, include/linux/err.h. */
export function isErrorValue(value: number): boolean {
  return value < 0 && value >= -MAX_ERRNO;
}
