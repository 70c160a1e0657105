// SPDX-License-Identifier: GPL-2.0
/* Does one wrong thing in init (mode=N), or when N is written to /proc/kb_fault. */
#include <linux/module.h>
#include <linux/proc_fs.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>

static int mode;
module_param(mode, int, 0444);
static const int constant[16] = { 1 };
static int after_init __ro_after_init = 2;
static char data[64] = { 0xc3 };
static char *keep[4];

static noinline int recurse(int depth)
{
	volatile char room[200];
	int below;

	room[depth & 63] = depth;
	if (mode == 99)
		return depth;
	below = recurse(depth + 1);
	return below + room[depth & 63];
}

static noinline void smash(int length)
{
	char room[16];

	char *p = room;

	OPTIMIZER_HIDE_VAR(p);
	while (length--)
		*p++ = 'A';
	asm volatile("" : : "r"(room) : "memory");
}

static noinline int kb_fault_text(void)
{
	return mode;
}

static noinline void wrong(int number)
{
	char *a, *b, *c;

	switch (number) {
	case 1: recurse(0); break;
	case 2: smash(64); break;
	case 3: { void (*code)(void) = (void *)data; OPTIMIZER_HIDE_VAR(code); code(); } break;
	case 4: *(volatile int *)constant = 1; break;
	case 5: *(volatile int *)&after_init = 1; break;
	case 6: { char *code = (char *)kb_fault_text; OPTIMIZER_HIDE_VAR(code); *code = 1; break; }
	case 7: a = kmalloc(64, GFP_KERNEL); kfree(a + 8); break;
	case 8: kfree(data); break;
	case 9: { char room[64]; asm volatile("" : : "r"(room) : "memory"); kfree((void *)((unsigned long)room & ~7UL)); break; }
	case 10: a = kmalloc(64, GFP_KERNEL); b = kmalloc(64, GFP_KERNEL); kfree(a); kfree(b); kfree(a); break;
	case 11: { void (*code)(void) = (void *)0xffffffffc0ffe000UL; OPTIMIZER_HIDE_VAR(code); code(); } break;
	case 12: *(volatile int *)0x6b6b6b6b6b6b6b6bUL; break;
	case 13: *(volatile int *)0x18UL; break;
	case 14: a = vmalloc(4096); *(volatile char *)(a + 4096) = 1; break;
	case 15: a = kmalloc(60, GFP_KERNEL); a[64] = 'x'; kfree(a); break;
	case 16: a = kmalloc(64, GFP_KERNEL); kfree(a); a[3] = 'x'; b = kmalloc(64, GFP_KERNEL); c = kmalloc(64, GFP_KERNEL); kfree(b); kfree(c); break;
	case 17: a = kmalloc(64, GFP_KERNEL); kfree(a); kfree(a); break;
	case 18: a = vmalloc(4096); kfree(a); break;
	case 19: a = kmalloc(20000, GFP_KERNEL); kfree(a); kfree(a); break;
	case 20: a = (char *)get_zeroed_page(GFP_KERNEL); kfree(a); break;
	case 21: pr_info("ksize %zu %zu %zu %zu\n", ksize(keep[0] = kmalloc(60, GFP_KERNEL)), ksize(keep[1] = kmalloc(65, GFP_KERNEL)), ksize(keep[2] = kmalloc(9000, GFP_KERNEL)), ksize(keep[3] = kmalloc(8, GFP_KERNEL)));
		kfree(keep[0]); kfree(keep[1]); kfree(keep[2]); kfree(keep[3]); break;
	case 22: *(volatile int *)0xffff800000000000UL = 1; break;
	case 23: a = kmalloc(64, GFP_KERNEL); a[-1] = 'x'; kfree(a); break;
	case 24: *(volatile int *)0xdead000000000100UL = 1; break;
	case 25: a = vmalloc(4096); vfree(a); vfree(a); break;
	case 26: vfree(data + 8); break;
	case 27: for (;;) cpu_relax(); break;
	case 28: a = kmalloc(20, GFP_KERNEL); a = krealloc(a, 30, GFP_KERNEL); a[31] = 'x'; keep[0] = a; break;
	}
}

static ssize_t kb_write(struct file *file, const char __user *buffer, size_t size, loff_t *at)
{
	int number;

	if (kstrtoint_from_user(buffer, size, 10, &number))
		return -EINVAL;
	pr_info("kb_fault: %d\n", number);
	wrong(number);
	pr_info("kb_fault: %d is over\n", number);
	return size;
}

static const struct proc_ops ops = { .proc_write = kb_write };

static int __init kb_init(void)
{
	if (mode)
		wrong(mode);
	return proc_create("kb_fault", 0600, NULL, &ops) ? 0 : -ENOMEM;
}

static void __exit kb_exit(void)
{
	remove_proc_entry("kb_fault", NULL);
}

module_init(kb_init);
module_exit(kb_exit);
MODULE_LICENSE("GPL");
