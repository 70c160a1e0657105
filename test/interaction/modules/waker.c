/* A device that becomes readable half a second after it was written to: poll(2), O_NONBLOCK and SIGIO. */
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/poll.h>
#include <linux/timer.h>
#include <linux/uaccess.h>

static DECLARE_WAIT_QUEUE_HEAD(readers);
static bool ready;

static void tick(struct timer_list *timer)
{
	ready = true;
	pr_info("ready\n");
	wake_up_interruptible(&readers);
}

static DEFINE_TIMER(timer, tick);

static ssize_t take(struct file *file, char __user *buffer, size_t size, loff_t *position)
{
	if (*position > 0)
		return 0;
	if (!ready && (file->f_flags & O_NONBLOCK))
		return -EAGAIN;
	if (wait_event_interruptible(readers, ready))
		return -ERESTARTSYS;
	ready = false;
	if (size < 6 || copy_to_user(buffer, "ready\n", 6))
		return -EFAULT;
	return *position = 6;
}

static ssize_t put(struct file *file, const char __user *buffer, size_t size, loff_t *position)
{
	mod_timer(&timer, jiffies + HZ / 2);
	return size;
}

static __poll_t ask(struct file *file, poll_table *table)
{
	poll_wait(file, &readers, table);
	pr_info("asked for IN %d OUT %d\n", !!(poll_requested_events(table) & EPOLLIN),
		!!(poll_requested_events(table) & EPOLLOUT));
	return ready ? EPOLLIN | EPOLLRDNORM : 0;
}

static __poll_t always(struct file *file, poll_table *table)
{
	return EPOLLOUT | EPOLLWRNORM | EPOLLHUP;
}

static const struct file_operations waiting = { .owner = THIS_MODULE, .read = take, .write = put, .poll = ask };
static const struct file_operations open_end = { .owner = THIS_MODULE, .poll = always };
static const struct file_operations without = { .owner = THIS_MODULE };
static struct miscdevice devices[] = {
	{ .minor = MISC_DYNAMIC_MINOR, .name = "waker", .fops = &waiting, .mode = 0666 },
	{ .minor = MISC_DYNAMIC_MINOR, .name = "openend", .fops = &open_end, .mode = 0666 },
	{ .minor = MISC_DYNAMIC_MINOR, .name = "without", .fops = &without, .mode = 0666 },
};

static int __init begin(void)
{
	int i, error = 0;

	for (i = 0; i < ARRAY_SIZE(devices) && !error; i++)
		error = misc_register(&devices[i]);
	return error;
}

static void __exit end(void)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(devices); i++)
		misc_deregister(&devices[i]);
	del_timer_sync(&timer);
}

module_init(begin);
module_exit(end);
MODULE_LICENSE("GPL");
