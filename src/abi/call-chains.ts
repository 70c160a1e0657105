/**
 * Ways of the kernel's own functions to a module's code and back, outermost call first: `caller>callee`. `*1` is the
 * first indirect call in the caller, `*+24` the first through a pointer at that offset of a structure. A stack trace
 * names the place behind each call. Sources: kernel/module/main.c, init/main.c, fs/read_write.c, fs/open.c, fs/ioctl.c,
 * fs/seq_file.c, fs/proc/inode.c, fs/kernfs/file.c, fs/sysfs/file.c, kernel/params.c, kernel/kthread.c,
 * kernel/workqueue.c, lib/dump_stack.c, kernel/panic.c, kernel/printk/printk.c.
 */
export const CALL_CHAINS = {
  syscall: ['entry_SYSCALL_64_after_hwframe>do_syscall_64', 'do_syscall_64>x64_sys_call'],
  finit_module: ['__do_sys_finit_module>load_module'],
  init_module: ['__do_sys_init_module>load_module'],
  delete_module: ['__do_sys_delete_module>*1'],
  initcall: ['do_init_module>do_one_initcall'],
  doOneInitcall: ['do_one_initcall>*1'],
  parameter: ['load_module>parse_args', 'parse_args>*1'],
  open: [
    '__x64_sys_openat>do_sys_openat2',
    'do_sys_openat2>do_filp_open',
    'do_filp_open>path_openat',
    'path_openat>vfs_open',
    'do_dentry_open>*1',
  ],
  openDevice: ['chrdev_open>*1'],
  openProc: ['proc_reg_open>*2'],
  read: ['ksys_read>vfs_read', 'vfs_read>*1'],
  readIter: ['ksys_read>vfs_read', 'vfs_read>*2'],
  write: ['ksys_write>vfs_write', 'vfs_write>*1'],
  writeIter: ['ksys_write>vfs_write', 'vfs_write>*2', 'kernfs_fop_write_iter>*1'],
  ioctl: ['__x64_sys_ioctl>*1'],
  procRead: ['proc_reg_read>*1'],
  procWrite: ['proc_reg_write>*1'],
  debugfsRead: ['full_proxy_read>*1'],
  debugfsWrite: ['full_proxy_write>*1'],
  seqRead: ['seq_read>seq_read_iter'],
  seqShow: ['seq_read_iter>*+24'],
  sysfsShow: ['sysfs_kf_seq_show>*1'],
  deviceShow: ['dev_attr_show>*1'],
  parameterShow: ['module_attr_show>*1', 'param_attr_show>*1'],
  parameterStore: ['module_attr_store>*1', 'param_attr_store>*1'],
  kthread: ['ret_from_fork>*1', 'kthread>*1'],
  work: ['worker_thread>process_one_work', 'process_one_work>*1'],
  dumpStack: ['dump_stack_lvl>show_stack'],
  panic: ['panic>dump_stack'],
  complaint: ['do_init_module.cold>dump_stack'],
  imbalance: ['do_one_initcall>__warn_printk'],
  badFormat: ['format_decode>__warn_printk'],
  format: ['vsnprintf>format_decode'],
  printk: ['_printk>vprintk', 'vprintk_emit>vprintk_store', 'vprintk_store>vsnprintf'],
  vmalloc: ['__vmalloc_node>__vmalloc_node_range'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

/** A chain by its name. */
export type CallChain = keyof typeof CALL_CHAINS;
