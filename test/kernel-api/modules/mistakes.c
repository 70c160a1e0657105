/* Mistakes that the kernel speaks of: a number written to the file says which one to make. */
#include <linux/debugfs.h>
#include <linux/delay.h>
#include <linux/device.h>
#include <linux/kobject.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/sysctl.h>
#include <linux/sysfs.h>
#include <linux/timer.h>
#include <linux/uaccess.h>
#include <linux/workqueue.h>

static struct dentry *directory;
static struct device device;
static struct kobject *dynamic, plain;
static struct list_head first, second, third;
static struct timer_list timer;
static DEFINE_SPINLOCK(lock);
static struct attribute *no_attributes[] = { NULL };
static const struct attribute_group empty_group = { .name = "kbempty" };
static const struct attribute_group group = { .name = "kbgroup", .attrs = no_attributes };
static int value;
static struct ctl_table table[] = {
	{ .procname = "kbvalue", .data = &value, .maxlen = sizeof(int), .mode = 0644, .proc_handler = proc_dointvec },
	{},
};

static void expired(struct timer_list *unused)
{
}

static void no_release(void)
{
	memset(&device, 0, sizeof(device));
	device.init_name = "kbnorelease";
	pr_info("register %d\n", device_register(&device));
	device_unregister(&device);
}

static void added_twice(void)
{
	INIT_LIST_HEAD(&first);
	list_add(&second, &first);
	list_add(&second, &first);
	pr_info("went on\n");
}

static void deleted_twice(void)
{
	INIT_LIST_HEAD(&first);
	list_add(&third, &first);
	list_del(&third);
	list_del(&third);
	pr_info("went on\n");
}

static void sleeps_locked(void)
{
	spin_lock(&lock);
	msleep(10);
	spin_unlock(&lock);
	pr_info("slept\n");
}

static void kobject_not_ready(void)
{
	memset(&plain, 0, sizeof(plain));
	pr_info("add %d\n", kobject_add(&plain, NULL, "kbplain"));
}

static void kobject_ready_twice(void)
{
	dynamic = kobject_create_and_add("kbdynamic", NULL);
	kobject_init(dynamic, dynamic->ktype);
	kobject_put(dynamic);
}

static void kobject_put_not_ready(void)
{
	memset(&plain, 0, sizeof(plain));
	kobject_put(&plain);
}

static void debugfs_twice(void)
{
	struct dentry *again = debugfs_create_dir("kbmistakes", NULL);

	pr_info("directory %d\n", PTR_ERR_OR_ZERO(again));
	again = debugfs_create_file("do", 0200, directory, NULL, NULL);
	pr_info("file %d\n", PTR_ERR_OR_ZERO(again));
}

static void no_attributes_group(void)
{
	dynamic = kobject_create_and_add("kbgroups", NULL);
	pr_info("group %d\n", sysfs_create_group(dynamic, &empty_group));
	sysfs_remove_group(dynamic, &group);
	pr_info("twice %d %d\n", sysfs_create_group(dynamic, &group), sysfs_create_group(dynamic, &group));
	kobject_put(dynamic);
}

static void timer_twice(void)
{
	timer_setup(&timer, expired, 0);
	timer.expires = jiffies + 1000 * HZ;
	add_timer(&timer);
	add_timer(&timer);
	pr_info("went on\n");
}

static void queue_too_wide(void)
{
	struct workqueue_struct *queue = alloc_workqueue("kbwide", 0, 100000);

	pr_info("queue %d\n", queue != NULL);
	destroy_workqueue(queue);
}

static void sysctl_twice(void)
{
	struct ctl_table_header *one = register_sysctl("kernel", table);
	struct ctl_table_header *two = register_sysctl("kernel", table);

	pr_info("sysctl %d %d\n", one != NULL, two != NULL);
	if (two)
		unregister_sysctl_table(two);
	unregister_sysctl_table(one);
}

static void sysctl_wrong(void)
{
	static struct ctl_table wrong[] = { { .procname = "kbwrong", .mode = 0666 }, {} };
	struct ctl_table_header *header = register_sysctl("kernel", wrong);

	pr_info("sysctl %d\n", header != NULL);
	if (header)
		unregister_sysctl_table(header);
}

static void no_name(void)
{
	pr_info("kobject %d\n", kobject_create_and_add("", NULL) != NULL);
	memset(&device, 0, sizeof(device));
	pr_info("device %d\n", device_register(&device));
}

static void (*const mistakes[])(void) = {
	no_release,	kobject_not_ready, kobject_ready_twice, kobject_put_not_ready,
	debugfs_twice,	 no_attributes_group, queue_too_wide, sysctl_twice, sysctl_wrong,	no_name,
	timer_twice,	 added_twice,	deleted_twice,
};

static ssize_t make(struct file *file, const char __user *buffer, size_t size, loff_t *position)
{
	unsigned int number;
	int error = kstrtouint_from_user(buffer, size, 10, &number);

	if (error)
		return error;
	if (number >= ARRAY_SIZE(mistakes))
		return -ERANGE;
	mistakes[number]();
	return size;
}

static const struct file_operations operations = { .owner = THIS_MODULE, .write = make };

static int __init mistakes_init(void)
{
	sleeps_locked();
	directory = debugfs_create_dir("kbmistakes", NULL);
	debugfs_create_file("do", 0200, directory, NULL, &operations);
	return 0;
}

module_init(mistakes_init);
MODULE_LICENSE("GPL");
