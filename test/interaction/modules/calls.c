// SPDX-License-Identifier: GPL-2.0
#include <linux/module.h>
#include <linux/kprobes.h>
#include <linux/sched.h>
#include <linux/slab.h>
MODULE_LICENSE("GPL");
static char *symbols[32]; static int n; module_param_array(symbols, charp, &n, 0444);
static char *comm = ""; module_param(comm, charp, 0644);
static bool ret; module_param(ret, bool, 0444);
static struct kprobe *k[32]; static struct kretprobe *rk[32];
static int pre(struct kprobe *p, struct pt_regs *r) {
  if (*comm && strcmp(current->comm, comm)) return 0;
  pr_info("pre %s %s pid>1 %d ip %d cs %lx ss %lx di %d orig_ax %ld preempt %x\n", p->symbol_name, current->comm, current->pid > 1, (int)(r->ip - (unsigned long)p->addr), r->cs, r->ss, r->di != 0, (long)r->orig_ax, preempt_count());
  return 0; }
static void post(struct kprobe *p, struct pt_regs *r, unsigned long f) {
  if (*comm && strcmp(current->comm, comm)) return;
  pr_info("post %s flags %lx ip %d\n", p->symbol_name, f, (int)(r->ip - (unsigned long)p->addr)); }
static int ent(struct kretprobe_instance *i, struct pt_regs *r) {
  if (*comm && strcmp(current->comm, comm)) return 1;
  *(long*)i->data = r->di;
  pr_info("entry %s %s\n", get_kretprobe(i)->kp.symbol_name, current->comm); return 0; }
static int rh(struct kretprobe_instance *i, struct pt_regs *r) {
  pr_info("return %s %ld ip==ret %d\n", get_kretprobe(i)->kp.symbol_name, (long)(int)regs_return_value(r), r->ip == (unsigned long)get_kretprobe_retaddr(i)); return 0; }
static int __init in(void) { int i, e;
  for (i = 0; i < n; i++) {
    if (ret) { rk[i] = kzalloc(sizeof(*rk[i]), GFP_KERNEL); rk[i]->kp.symbol_name = symbols[i]; rk[i]->handler = rh; rk[i]->entry_handler = ent; rk[i]->data_size = 8; rk[i]->maxactive = 20; e = register_kretprobe(rk[i]);
    } else { k[i] = kzalloc(sizeof(*k[i]), GFP_KERNEL); k[i]->symbol_name = symbols[i]; k[i]->pre_handler = pre; k[i]->post_handler = post; e = register_kprobe(k[i]); }
    pr_info("%s: %d\n", symbols[i], e); }
  return 0; }
static void __exit out(void) { int i; for (i = 0; i < n; i++) { if (ret) { if (rk[i]->kp.addr) unregister_kretprobe(rk[i]); } else if (k[i]->addr) unregister_kprobe(k[i]); } pr_info("gone\n"); }
module_init(in); module_exit(out);
