// SPDX-License-Identifier: GPL-2.0
#include <linux/module.h>
#include <linux/ftrace.h>
#include <linux/kprobes.h>
#include <linux/sched.h>
MODULE_LICENSE("GPL");
static __attribute__((noipa)) int target(int a) { pr_info("target %d\n", a); return a * 2; }
static __attribute__((noipa)) int hook(int a) { pr_info("hook %d\n", a); return -1; }
static void cb(unsigned long ip, unsigned long parent, struct ftrace_ops *o, struct ftrace_regs *f) {
  struct pt_regs *r = ftrace_get_regs(f);
  pr_info("called %ps from module %d regs %d\n", (void *)ip, within_module(parent, THIS_MODULE), r ? (int)r->di : -1);
  if (r) pr_info("ip %d\n", (int)(r->ip - ip)); }
static void notrace redirect(unsigned long ip, unsigned long parent, struct ftrace_ops *o, struct ftrace_regs *f) {
  struct pt_regs *r = ftrace_get_regs(f); if (r) r->ip = (unsigned long)hook; }
static struct ftrace_ops a = { .func = cb }, b = { .func = cb, .flags = FTRACE_OPS_FL_SAVE_REGS }, c = { .func = redirect, .flags = FTRACE_OPS_FL_SAVE_REGS | FTRACE_OPS_FL_IPMODIFY | FTRACE_OPS_FL_RECURSION };
static struct kprobe kp = { .symbol_name = "kstrtoint" };
/* the well-known hook of a system function: the original is called behind its own no-operation */
static asmlinkage long (*original)(struct file *, char __user *, size_t, loff_t *);
static asmlinkage ssize_t fake_read(struct file *f, char __user *u, size_t l, loff_t *o) { ssize_t n; 
  if (strcmp(current->comm, "cat")) return original(f, u, l, o);
  pr_info("vfs_read %pd %zu\n", f->f_path.dentry, l); n = original(f, u, l, o); pr_info("vfs_read gave %zd\n", n); return n; }
static void notrace redirect_read(unsigned long ip, unsigned long parent, struct ftrace_ops *o, struct ftrace_regs *f) {
  struct pt_regs *r = ftrace_get_regs(f); if (!within_module(parent, THIS_MODULE)) r->ip = (unsigned long)fake_read; }
static struct ftrace_ops rd = { .func = redirect_read, .flags = FTRACE_OPS_FL_SAVE_REGS | FTRACE_OPS_FL_IPMODIFY | FTRACE_OPS_FL_RECURSION };
static int part = 15; module_param(part, int, 0);
static int __init in(void) { int v = 0, e; unsigned long at;
  if (part & 1) {
  pr_info("%d\n", ftrace_set_filter_ip(&a, (unsigned long)target, 0, 0)); pr_info("%d\n", register_ftrace_function(&a));
  pr_info("%d\n", target(5)); pr_info("%d\n", unregister_ftrace_function(&a)); pr_info("%d\n", target(6));
  } if (part & 2) {
  pr_info("inside %d\n", ftrace_set_filter_ip(&b, (unsigned long)target + 9, 0, 0));
  pr_info("name %d\n", ftrace_set_filter(&b, "nosuchfunction", 14, 0)); pr_info("name %d\n", ftrace_set_filter(&b, "kstrtoint", 9, 0)); if (part != 2) return 0; pr_info("%d\n", register_ftrace_function(&b));
  e = kstrtoint("42", 10, &v); pr_info("%d %d\n", e, v); unregister_ftrace_function(&b);
  } if (part & 4) {
  ftrace_set_filter_ip(&c, (unsigned long)target, 0, 1); pr_info("c %d\n", register_ftrace_function(&c)); pr_info("%d\n", target(7)); unregister_ftrace_function(&c); pr_info("%d\n", target(8));
  } if (part & 8) {
  kp.symbol_name = "vfs_read"; register_kprobe(&kp); at = (unsigned long)kp.addr; unregister_kprobe(&kp); original = (void *)(at + MCOUNT_INSN_SIZE);
  pr_info("%d\n", ftrace_set_filter_ip(&rd, at, 0, 0)); pr_info("%d\n", register_ftrace_function(&rd));
  }
  return 0; }
static void __exit out(void) { if (part == 8) unregister_ftrace_function(&rd); }
module_init(in); module_exit(out);
