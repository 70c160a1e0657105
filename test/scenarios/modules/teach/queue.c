// Work on a queue of its own, delayed work, a tasklet.
#include <linux/delay.h>
#include <linux/interrupt.h>
#include <linux/module.h>
#include <linux/workqueue.h>

static struct workqueue_struct *queue;

static void first(struct work_struct *work) { pr_info("work: first, sleeps\n"); msleep(20); pr_info("work: first, done\n"); }
static void second(struct work_struct *work) { pr_info("work: second\n"); }
static void later(struct work_struct *work) { pr_info("work: later\n"); }
static void soft(struct tasklet_struct *unused) { pr_info("tasklet, softirq %d\n", !!in_serving_softirq()); }

static DECLARE_WORK(first_work, first);
static DECLARE_WORK(second_work, second);
static DECLARE_DELAYED_WORK(later_work, later);
static DECLARE_DELAYED_WORK(never_work, later);
static DECLARE_TASKLET(tasklet, soft);

static int __init queue_init(void)
{
	queue = alloc_ordered_workqueue("teach", 0);
	if (!queue)
		return -ENOMEM;
	pr_info("queued: %d, again: %d\n", queue_work(queue, &first_work), queue_work(queue, &first_work));
	queue_work(queue, &second_work);
	queue_delayed_work(queue, &later_work, msecs_to_jiffies(300));
	queue_delayed_work(queue, &never_work, 3600 * HZ);
	flush_work(&second_work);
	pr_info("flushed\n");
	tasklet_schedule(&tasklet);
	msleep(20);
	return 0;
}

static void __exit queue_exit(void)
{
	tasklet_kill(&tasklet);
	pr_info("cancelled later: %d\n", cancel_delayed_work_sync(&later_work));
	pr_info("cancelled never: %d\n", cancel_delayed_work_sync(&never_work));
	destroy_workqueue(queue);
	pr_info("queue gone\n");
}

module_init(queue_init);
module_exit(queue_exit);
MODULE_LICENSE("GPL");
