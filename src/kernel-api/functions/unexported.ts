import { rowsOf } from '../kernel-function.ts';

/** Functions that newer kernels do not export; modules reach them by an address that a kprobe told them. */
export const unexportedFunctions = () =>
  rowsOf('kernel/kallsyms.c', [
    [
      'unsigned long kallsyms_lookup_name(const char *name)',
      (call) => call.kernel.profile.symbolAddress(call.string(0)) ?? 0,
    ],
  ]).map((row) => ({ ...row, until: '5.7' }));
