/* Work items of several queues: in which worker and in which order they run, and what flushing and cancelling say. */
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

struct item {
	struct work_struct work;
	int number, sleeps;
};

static struct item items[8];
static struct delayed_work later[4];
static struct workqueue_struct *bound, *unbound, *ordered, *high;
static int first_worker, rounds;

/* The number behind the colon depends on what ran before: the first worker is a, every other b. */
static void say(const char *what, int number)
{
	char kind[TASK_COMM_LEN], *colon;

	strscpy(kind, current->comm, sizeof(kind));
	colon = strchr(kind, ':');
	if (!first_worker)
		first_worker = current->pid;
	pr_info("%s %d in %.*s %s%s\n", what, number, (int)(colon ? colon - kind : 9), kind,
		first_worker == current->pid ? "a" : "b", colon && strchr(colon, 'H') ? " high" : "");
}

static void work(struct work_struct *work)
{
	struct item *item = container_of(work, struct item, work);

	say("begin", item->number);
	if (item->sleeps) {
		msleep(item->sleeps);
		say("end", item->number);
	}
}

static void again(struct work_struct *work)
{
	say("again", ++rounds);
	if (rounds < 3)
		schedule_work(work);
}

static void late(struct work_struct *work)
{
	say("late", to_delayed_work(work) - later);
}

static void round_of(const char *name, struct workqueue_struct *queue, int count, int sleeper)
{
	int i;

	pr_info("-- %s\n", name);
	first_worker = 0;
	for (i = 0; i < count; i++) {
		items[i].sleeps = i == sleeper ? 20 : 0;
		if (!queue_work(queue, &items[i].work))
			pr_info("%d was queued\n", i);
	}
	flush_workqueue(queue);
}

static int thread(void *data)
{
	items[5].sleeps = 30;
	schedule_work(&items[4].work);
	schedule_work(&items[5].work);
	schedule_work(&items[6].work);
	pr_info("flush 5: %d\n", flush_work(&items[5].work));
	pr_info("flush 5: %d\n", flush_work(&items[5].work));
	return 0;
}

static int __init begin(void)
{
	
	int i;

	for (i = 0; i < ARRAY_SIZE(items); i++) {
		INIT_WORK(&items[i].work, work);
		items[i].number = i;
	}
	for (i = 0; i < ARRAY_SIZE(later); i++)
		INIT_DELAYED_WORK(&later[i], late);
	bound = alloc_workqueue("bound", 0, 0);
	unbound = alloc_workqueue("unbound", WQ_UNBOUND, 0);
	ordered = alloc_ordered_workqueue("ordered", 0);
	high = alloc_workqueue("high", WQ_HIGHPRI, 0);
	round_of("system", system_wq, 3, -1);
	round_of("system, the second sleeps", system_wq, 4, 1);
	round_of("bound", bound, 3, -1);
	round_of("ordered, the first sleeps", ordered, 3, 0);
	round_of("high", high, 2, -1);
	round_of("unbound", unbound, 2, -1);
	pr_info("-- twice\n");
	pr_info("queued %d\n", schedule_work(&items[0].work));
	pr_info("queued %d\n", schedule_work(&items[0].work));
	pr_info("pending %d\n", work_pending(&items[0].work));
	pr_info("cancelled %d\n", cancel_work_sync(&items[0].work));
	pr_info("cancelled %d\n", cancel_work_sync(&items[0].work));
	pr_info("flushed %d\n", flush_work(&items[0].work));
	pr_info("-- again\n");
	first_worker = 0;
	INIT_WORK(&items[7].work, again);
	schedule_work(&items[7].work);
	msleep(20);
	pr_info("-- delayed\n");
	first_worker = 0;
	for (i = 0; i < 4; i++)
		schedule_delayed_work(&later[i], i == 2 ? HZ / 50 : HZ / 20);
	pr_info("mod %d\n", mod_delayed_work(system_wq, &later[0], HZ / 20));
	msleep(120);
	pr_info("delayed %d %d\n", schedule_delayed_work(&later[0], HZ), schedule_delayed_work(&later[0], HZ));
	pr_info("pending %d\n", delayed_work_pending(&later[0]));
	pr_info("cancel %d\n", cancel_delayed_work_sync(&later[0]));
	pr_info("cancel %d\n", cancel_delayed_work(&later[0]));
	schedule_delayed_work(&later[1], HZ);
	pr_info("flush %d\n", flush_delayed_work(&later[1]));
	pr_info("-- thread\n");
	first_worker = 0;
	kthread_run(thread, NULL, "flusher");
	msleep(100);
	return 0;
}

static void __exit end(void)
{
	destroy_workqueue(bound);
	destroy_workqueue(unbound);
	destroy_workqueue(ordered);
	destroy_workqueue(high);
}

module_init(begin);
module_exit(end);
MODULE_LICENSE("GPL");
