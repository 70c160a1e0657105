// SPDX-License-Identifier: GPL-2.0
#include <linux/module.h>
#include <linux/miscdevice.h>
#include <linux/fs.h>
#include <linux/uaccess.h>
MODULE_LICENSE("GPL");
static char buf[64] = "hello\n"; static size_t len = 6;
static ssize_t rd(struct file *f, char __user *u, size_t l, loff_t *o) { return simple_read_from_buffer(u, l, o, buf, len); }
static ssize_t wr(struct file *f, const char __user *u, size_t l, loff_t *o) { if (l > 63) l = 63; if (copy_from_user(buf, u, l)) return -EFAULT; len = l; return l; }
static long ioc(struct file *f, unsigned c, unsigned long a) { return c & 7; }
static const struct file_operations fo = { .owner = THIS_MODULE, .read = rd, .write = wr, .unlocked_ioctl = ioc };
static struct miscdevice m = { .minor = MISC_DYNAMIC_MINOR, .name = "pdev", .mode = 0666, .fops = &fo };
module_misc_device(m);
