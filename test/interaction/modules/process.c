// SPDX-License-Identifier: GPL-2.0
#include <linux/module.h>
#include <linux/kprobes.h>
#include <linux/sched.h>
#include <linux/sched/task.h>
#include <linux/uaccess.h>
MODULE_LICENSE("GPL");
static int me; 
static int pre(struct kprobe *p, struct pt_regs *r) { pr_info("%s by %s sig %d flags %d\n", p->symbol_name, current->comm, ((struct kernel_clone_args *)r->di)->exit_signal, ((struct kernel_clone_args *)r->di)->flags != 0); return 0; }
static struct kprobe k = { .symbol_name = "kernel_clone", .pre_handler = pre };
static int rh(struct kretprobe_instance *i, struct pt_regs *r) { pr_info("clone gave pid %d\n", (int)r->ax > current->pid); return 0; }
static struct kretprobe rk = { .kp.symbol_name = "kernel_clone", .handler = rh };
static int ex(struct kprobe *p, struct pt_regs *r) { pr_info("exit %ld of %s parent %s\n", (long)r->di, current->comm, current->parent->comm); return 0; }
static struct kprobe e = { .symbol_name = "do_exit", .pre_handler = ex };
static int __init in(void) { me = current->pid; register_kprobe(&k); register_kretprobe(&rk); register_kprobe(&e); return 0; }
static void __exit out(void) { unregister_kprobe(&k); unregister_kretprobe(&rk); unregister_kprobe(&e); }
module_init(in); module_exit(out);
