// A class with two character devices, each with an attribute; a reader waits for what a writer brings.
#include <linux/cdev.h>
#include <linux/device.h>
#include <linux/fs.h>
#include <linux/module.h>
#include <linux/uaccess.h>
#include <linux/wait.h>

static dev_t first;
static struct cdev cdev;
static struct class *class;
static char box[32];
static size_t filled;
static DECLARE_WAIT_QUEUE_HEAD(queue);

static ssize_t pair_read(struct file *file, char __user *buffer, size_t size, loff_t *pos)
{
	if (iminor(file_inode(file)) == 1)
		return 0;
	if (!filled && (file->f_flags & O_NONBLOCK))
		return -EAGAIN;
	if (*pos)
		return 0;
	if (wait_event_interruptible(queue, filled))
		return -ERESTARTSYS;
	size = min(size, filled);
	if (copy_to_user(buffer, box, size))
		return -EFAULT;
	*pos += size;
	filled = 0;
	return size;
}

static ssize_t pair_write(struct file *file, const char __user *buffer, size_t size, loff_t *pos)
{
	pr_info("minor %u takes %zu bytes\n", iminor(file_inode(file)), size);
	filled = min(size, sizeof(box));
	if (copy_from_user(box, buffer, filled))
		return -EFAULT;
	wake_up_interruptible(&queue);
	return filled;
}

static const struct file_operations operations = { .owner = THIS_MODULE, .read = pair_read, .write = pair_write };

static ssize_t filled_show(struct device *device, struct device_attribute *attribute, char *page)
{
	return sysfs_emit(page, "%s: %zu\n", dev_name(device), filled);
}
static DEVICE_ATTR_RO(filled);
static struct attribute *pair_attrs[] = { &dev_attr_filled.attr, NULL };
ATTRIBUTE_GROUPS(pair);

static int __init pair_init(void)
{
	int error = alloc_chrdev_region(&first, 0, 2, "teach_pair");
	int index;

	if (error)
		return error;
	cdev_init(&cdev, &operations);
	cdev.owner = THIS_MODULE;
	error = cdev_add(&cdev, first, 2);
	class = class_create(THIS_MODULE, "teach_pair");
	for (index = 0; index < 2; index++) {
		struct device *device = device_create_with_groups(class, NULL, first + index, NULL, pair_groups, "pair%d", index);

		dev_info(device, "created, major is dynamic: %d\n", MAJOR(first) >= 234);
	}
	return error;
}

static void __exit pair_exit(void)
{
	device_destroy(class, first + 1);
	device_destroy(class, first);
	class_destroy(class);
	cdev_del(&cdev);
	unregister_chrdev_region(first, 2);
}

module_init(pair_init);
module_exit(pair_exit);
MODULE_LICENSE("GPL");
