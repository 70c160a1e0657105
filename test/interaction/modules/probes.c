// SPDX-License-Identifier: GPL-2.0
#include <linux/module.h>
#include <linux/kprobes.h>
#include <linux/miscdevice.h>
#include <linux/fs.h>
#include <linux/crc32.h>
#include <linux/string.h>
#include <linux/delay.h>
#include <linux/kthread.h>
MODULE_LICENSE("GPL");
static __attribute__((noipa)) int target(int a, const char *s, long c) { pr_info("target %d %s %ld\n", a, s, c); return a * 2; }
static __attribute__((noipa)) int replaced(int a, const char *s, long c) { pr_info("replaced %d %s %ld\n", a, s, c); return -7; }
static __attribute__((noipa)) long middle(long x) { volatile long y = x; y = y * 3; y = y + 1; return y; }
static __attribute__((noipa)) int nap(int ms) { msleep(ms); return ms + 1; }
static int pre(struct kprobe *p, struct pt_regs *r) { pr_info("pre %s ip %ld di %ld back in module %d flags %x\n", p->symbol_name, (long)(r->ip - (long)p->addr), within_module_core(r->di, THIS_MODULE) || r->di > 1 << 20 ? 0L : (long)r->di, within_module(*(unsigned long *)r->sp, THIS_MODULE), p->flags); return 0; }
static int pre2(struct kprobe *p, struct pt_regs *r) { pr_info("pre2 %s\n", p->symbol_name); return 0; }
static void post(struct kprobe *p, struct pt_regs *r, unsigned long f) { pr_info("post %s ip %ld\n", p->symbol_name, (long)(r->ip - (long)p->addr)); }
static int chg(struct kprobe *p, struct pt_regs *r) { r->di = 100; pr_info("changed\n"); return 0; }
static int redir(struct kprobe *p, struct pt_regs *r) { r->ip = (unsigned long)replaced; return 1; }
static struct kprobe a = { .symbol_name = "target", .pre_handler = pre, .post_handler = post };
static struct kprobe a2 = { .symbol_name = "target", .pre_handler = pre2 };
static struct kprobe b = { .symbol_name = "middle", .offset = 0, .pre_handler = pre };
static struct kprobe c = { .symbol_name = "target", .pre_handler = chg };
static struct kprobe d = { .symbol_name = "target", .pre_handler = redir };
static struct kprobe m1 = { .symbol_name = "middle", .pre_handler = pre, .post_handler = post }, m2;
static int eh(struct kretprobe_instance *i, struct pt_regs *r) { *(long *)i->data = r->di > 1 << 20 ? 0 : r->di; pr_info("entry %s %ld\n", get_kretprobe(i)->kp.symbol_name, *(long *)i->data); return r->di == 13; }
static int rh(struct kretprobe_instance *i, struct pt_regs *r) { pr_info("ret %s di %ld ax %ld back %d\n", get_kretprobe(i)->kp.symbol_name, (long)(int)*(long *)i->data, (long)(int)r->ax, within_module(get_kretprobe_retaddr(i), THIS_MODULE)); if (r->ax == 8) r->ax = 80; return 0; }
static int rh2(struct kretprobe_instance *i, struct pt_regs *r) { pr_info("ret2 ax %ld\n", (long)(int)r->ax); return 0; }
static struct kretprobe ra = { .kp.symbol_name = "target", .handler = rh, .entry_handler = eh, .data_size = 8 };
static struct kretprobe rb = { .kp.symbol_name = "target", .handler = rh2, .maxactive = 1 };
static struct kretprobe rn = { .kp.symbol_name = "nap", .handler = rh, .entry_handler = eh, .data_size = 8 };
static struct kretprobe rm = { .kp.symbol_name = "msleep", .handler = rh, .entry_handler = eh, .data_size = 8 };
static struct kprobe st = { .symbol_name = "strsep", .pre_handler = pre };
static struct kretprobe rs = { .kp.symbol_name = "kstrtoint", .handler = rh, .entry_handler = eh, .data_size = 8 };
static int thr(void *x) { pr_info("nap %d\n", nap(50)); return 0; }
static int __init in(void) {
  char text[] = "a,b", *t = text; int v, e; unsigned char *code = (void *)middle;
  pr_info("%d\n", target(1, "plain", 9));
  e = register_kprobe(&a); pr_info("a %d off %x\n", e, a.flags); pr_info("%d\n", target(2, "one", 9));
  e = register_kprobe(&a2); pr_info("a2 %d\n", e); pr_info("%d\n", target(3, "two", 9));
  disable_kprobe(&a); pr_info("%d\n", target(4, "disabled", 9)); enable_kprobe(&a);
  unregister_kprobe(&a2); pr_info("%d\n", target(5, "one again", 9)); unregister_kprobe(&a);
  e = register_kprobe(&c); pr_info("c %d\n", e); pr_info("%d\n", target(6, "changed", 9)); unregister_kprobe(&c);
  e = register_kprobe(&d); pr_info("d %d\n", e); pr_info("%d\n", target(7, "redirected", 9)); unregister_kprobe(&d);
  e = register_kretprobe(&ra); pr_info("ra %d max %d\n", e, ra.maxactive); pr_info("%d\n", target(4, "ret", 9)); pr_info("%d\n", target(13, "unwanted", 9));
  e = register_kretprobe(&rb); pr_info("rb %d\n", e); pr_info("%d\n", target(4, "both", 9));
  unregister_kretprobe(&ra); unregister_kretprobe(&rb); pr_info("%d\n", target(4, "none", 9));
  e = register_kprobe(&b); pr_info("b %d\n", e); pr_info("%ld\n", middle(5)); unregister_kprobe(&b);
  m1.symbol_name = NULL; m1.addr = (void *)(code + 5); e = register_kprobe(&m1); m1.symbol_name = "mid"; pr_info("mid %d len %x\n", e, m1.flags); pr_info("%ld\n", middle(6)); m1.symbol_name = NULL; unregister_kprobe(&m1);
  e = register_kprobe(&st); pr_info("strsep %d\n", e); pr_info("%s\n", strsep(&t, ",")); unregister_kprobe(&st); pr_info("%s\n", strsep(&t, ","));
  e = register_kretprobe(&rs); pr_info("kstrtoint %d\n", e); e = kstrtoint("42", 10, &v); pr_info("%d %d\n", e, v); e = kstrtoint("x", 10, &v); pr_info("%d\n", e); unregister_kretprobe(&rs);
  m2.addr = (void *)in; m2.symbol_name = "x"; pr_info("both %d\n", register_kprobe(&m2)); memset(&m2, 0, sizeof m2); pr_info("neither %d\n", register_kprobe(&m2));
  m2.symbol_name = "init_task"; pr_info("data %d\n", register_kprobe(&m2)); memset(&m2, 0, sizeof m2);
  m2.symbol_name = "int3_selftest_nosuch"; pr_info("nosuch %d\n", register_kprobe(&m2)); memset(&m2, 0, sizeof m2);
  m2.symbol_name = "exc_int3"; pr_info("noinstr %d\n", register_kprobe(&m2)); memset(&m2, 0, sizeof m2);
  m2.symbol_name = "memcpy"; pr_info("memcpy %d\n", register_kprobe(&m2)); unregister_kprobe(&m2); memset(&m2, 0, sizeof m2);
  m2.symbol_name = "self:target"; pr_info("self:target %d\n", register_kprobe(&m2)); unregister_kprobe(&m2);
  rs.kp.addr = NULL; rs.kp.offset = 9; pr_info("ret offset %d\n", register_kretprobe(&rs)); rs.kp.offset = 0; rs.kp.addr = NULL; rs.data_size = 5000; pr_info("ret data %d\n", register_kretprobe(&rs));
  e = register_kretprobe(&rn); pr_info("nap %d\n", e); e = register_kretprobe(&rm); pr_info("msleep %d\n", e);
  kthread_run(thr, NULL, "napper");
  return 0; }
static void __exit out(void) { unregister_kretprobe(&rn); unregister_kretprobe(&rm); pr_info("missed %d\n", rn.nmissed); }
module_init(in); module_exit(out);
