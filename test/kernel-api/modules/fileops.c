// A device whose functions tell the file's mode, copy more than was asked for, and die while they write.
#include <linux/module.h>
#include <linux/fs.h>
#include <linux/cdev.h>
#include <linux/device.h>
#include <linux/proc_fs.h>
#include <linux/uaccess.h>

static dev_t number;
static struct cdev cdev;
static struct class *class;
static char text[1024] = "Hello_World";

static int file_open(struct inode *inode, struct file *file)
{
	pr_info("open: mode %x flags %x\n", (__force unsigned int)file->f_mode, file->f_flags);
	return 0;
}
static int file_release(struct inode *inode, struct file *file)
{
	pr_info("release: mode %x flags %x\n", (__force unsigned int)file->f_mode, file->f_flags);
	return 0;
}
static ssize_t file_read(struct file *file, char __user *buffer, size_t count, loff_t *position)
{
	unsigned long left = copy_to_user(buffer, text, sizeof(text));
	pr_info("read of %zu: %lu left\n", count, left);
	return sizeof(text);
}
static ssize_t file_write(struct file *file, const char __user *buffer, size_t count, loff_t *position)
{
	pr_info("write of %zu\n", count);
	*(volatile int *)NULL = 1;
	return count;
}
static const struct file_operations operations = { .owner = THIS_MODULE, .open = file_open, .release = file_release, .read = file_read, .write = file_write };
static const struct proc_ops proc = { .proc_open = file_open, .proc_release = file_release, .proc_write = file_write };

static int __init fileops_init(void)
{
	int error = alloc_chrdev_region(&number, 0, 1, "fileops");
	cdev_init(&cdev, &operations);
	error = error ?: cdev_add(&cdev, number, 1);
	class = class_create(THIS_MODULE, "fileops");
	device_create(class, NULL, number, NULL, "fileops");
	proc_create("fileops", 0666, NULL, &proc);
	return error;
}
static void __exit fileops_exit(void)
{
	remove_proc_entry("fileops", NULL);
	device_destroy(class, number);
	class_unregister(class);
	class_destroy(class);
	cdev_del(&cdev);
	unregister_chrdev_region(number, 1);
	pr_info("gone\n");
}
module_init(fileops_init);
module_exit(fileops_exit);
MODULE_LICENSE("GPL");
