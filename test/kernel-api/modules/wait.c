/* Reading waits for what never comes until a signal ends it, or asks for the call to begin again without one. */
#include <linux/debugfs.h>
#include <linux/module.h>
#include <linux/wait.h>

static DECLARE_WAIT_QUEUE_HEAD(queue);
static struct dentry *directory;
static bool never;

static ssize_t restart_read(struct file *file, char __user *buffer, size_t size, loff_t *position)
{
	int error = wait_event_interruptible(queue, never);

	pr_info("woken with %d\n", error);
	return error;
}

static ssize_t plain_read(struct file *file, char __user *buffer, size_t size, loff_t *position)
{
	return -ERESTARTSYS;
}

static const struct file_operations waiting = { .owner = THIS_MODULE, .read = restart_read };
static const struct file_operations plain = { .owner = THIS_MODULE, .read = plain_read };

static int __init wait_init(void)
{
	directory = debugfs_create_dir("kbwait", NULL);
	debugfs_create_file("waiting", 0600, directory, NULL, &waiting);
	debugfs_create_file("plain", 0600, directory, NULL, &plain);
	return 0;
}

static void __exit wait_exit(void)
{
	debugfs_remove(directory);
}

module_init(wait_init);
module_exit(wait_exit);
MODULE_LICENSE("GPL");
