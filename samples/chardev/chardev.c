// SPDX-License-Identifier: MIT
/* A character device that keeps what is written to it. Major number 222, as in /dev/hello c 222 0. */
#include <linux/fs.h>
#include <linux/init.h>
#include <linux/module.h>
#include <linux/uaccess.h>

#define CHARDEV_MAJOR 222
#define CHARDEV_NAME "hello"

static char content[256];

static ssize_t chardev_read(struct file *file, char __user *buffer, size_t size, loff_t *position)
{
	return simple_read_from_buffer(buffer, size, position, content, sizeof(content));
}

static ssize_t chardev_write(struct file *file, const char __user *buffer, size_t size, loff_t *position)
{
	return simple_write_to_buffer(content, sizeof(content), position, buffer, size);
}

static int chardev_open(struct inode *inode, struct file *file)
{
	pr_info("chardev: open\n");
	return 0;
}

static int chardev_release(struct inode *inode, struct file *file)
{
	pr_info("chardev: release\n");
	return 0;
}

static const struct file_operations chardev_operations = {
	.owner = THIS_MODULE,
	.read = chardev_read,
	.write = chardev_write,
	.open = chardev_open,
	.release = chardev_release,
};

static int __init chardev_init(void)
{
	int error = register_chrdev(CHARDEV_MAJOR, CHARDEV_NAME, &chardev_operations);

	if (error < 0)
		pr_err("chardev: register_chrdev: %d\n", error);
	return error;
}

static void __exit chardev_exit(void)
{
	unregister_chrdev(CHARDEV_MAJOR, CHARDEV_NAME);
}

module_init(chardev_init);
module_exit(chardev_exit);

MODULE_DESCRIPTION("A character device of 256 bytes");
MODULE_LICENSE("GPL");
