/** What a kernel function returns: 0 for success or a negative error number (`-EINVAL`). */
export type KernelResult = number;
