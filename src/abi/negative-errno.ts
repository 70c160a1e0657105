/**
 * What kernel functions return when they fail: negative error numbers, `-EINVAL`.
 * Source: include/uapi/asm-generic/errno-base.h, errno.h.
 */
export const EPERM = -1;
export const ENOENT = -2;
export const ESRCH = -3;
export const EINTR = -4;
export const EIO = -5;
export const ENXIO = -6;
export const E2BIG = -7;
export const ENOMEM = -12;
export const EACCES = -13;
export const EFAULT = -14;
export const EBUSY = -16;
export const EEXIST = -17;
export const ENODEV = -19;
export const EISDIR = -21;
export const EINVAL = -22;
export const ENOTTY = -25;
export const ENOSPC = -28;
export const EROFS = -30;
export const ERANGE = -34;
export const ENAMETOOLONG = -36;
export const ENOSYS = -38;
export const ENOTEMPTY = -39;
export const EMSGSIZE = -90;
export const EOPNOTSUPP = -95;
export const EAFNOSUPPORT = -97;
export const ECONNREFUSED = -111;

/* Numbers that stay within the kernel. Source: include/linux/errno.h. */

/** What a wait says that a signal has ended; the system call begins again, or a program sees EINTR. */
export const ERESTARTSYS = -512;
/** What a driver says of an ioctl that it does not know; a program sees ENOTTY. */
export const ENOIOCTLCMD = -515;
/** A driver's probe wants to be asked again later. */
export const EPROBE_DEFER = -517;
/** Beside EOPNOTSUPP, for what programs should not see. */
export const ENOTSUPP = -524;

/** `MAX_ERRNO`, include/linux/err.h: what is not below its negative is an error, in numbers and pointers, and for libc. */
export const MAX_ERRNO = 4095;

/** Whether a result, or a pointer, is an error number (`IS_ERR_VALUE`, include/linux/err.h). */
export function isErrorValue(value: number): boolean {
  return value < 0 && value >= -MAX_ERRNO;
}
