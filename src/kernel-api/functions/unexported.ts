import { rowsOf } from '../kernel-function.ts';
import { addPollWait } from '../vfs/poll-file.ts';

/** Functions without an export, of newer kernels or all; modules reach them by an address that they were told. */
export const unexportedFunctions = () => [
  ...rowsOf('kernel/kallsyms.c', [
    [
      'unsigned long kallsyms_lookup_name(const char *name)',
      (call) => call.kernel.profile.symbolAddress(call.string(0)) ?? 0,
    ],
  ]).map((row) => ({ ...row, until: '5.7' })),
  ...rowsOf('fs/select.c', [
    [
      'void __pollwait(struct file *filp, wait_queue_head_t *wait_address, poll_table *p)',
      (call) => addPollWait(call.session, call.pointer(1)),
    ],
  ]).map((row) => ({ ...row, until: '2.6' })),
];
