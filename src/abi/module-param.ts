/**
 * Structures of module parameters on a 64-bit kernel, for profiles without type information.
 * Source: include/linux/moduleparam.h.
 */
export const PARAM_STRUCTS = {
  kernel_param: { name: 0, mod: 8, ops: 16, perm: 24, level: 26, flags: 27, arg: 32 },
  kernel_param_ops: { flags: 0, set: 8, get: 16, free: 24 },
  kparam_string: { maxlen: 0, string: 8 },
  kparam_array: { max: 0, elemsize: 4, num: 8, ops: 16, elem: 24 },
} as const;

/** `KERNEL_PARAM_FL_*`, include/linux/moduleparam.h. */
export const PARAM_FLAG = { UNSAFE: 1 << 0, HWPARAM: 1 << 1 } as const;

/** `KERNEL_PARAM_OPS_FL_NOARG`: a parameter without a value is not an error. */
export const PARAM_OPS_NOARG = 1 << 0;

/** Longest charp value, kernel/params.c `param_set_charp`. */
export const CHARP_MAX = 1024;
