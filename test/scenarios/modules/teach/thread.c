// A kernel thread that counts until it is told to stop, and one that hands over by completions.
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/module.h>

static struct task_struct *counter;
static DECLARE_COMPLETION(ready);
static DECLARE_COMPLETION(go);

static int count(void *step)
{
	int sum = 0;

	while (!kthread_should_stop()) {
		sum += (long)step;
		pr_info("%s: %d\n", current->comm, sum);
		schedule_timeout_interruptible(3600 * HZ);
	}
	pr_info("%s: asked to stop\n", current->comm);
	return 42;
}

static int hand_over(void *unused)
{
	pr_info("helper: ready\n");
	complete(&ready);
	wait_for_completion(&go);
	pr_info("helper: goes\n");
	return 0;
}

static int __init thread_init(void)
{
	kthread_run(hand_over, NULL, "teach_helper");
	wait_for_completion(&ready);
	pr_info("init: helper is ready\n");
	complete(&go);
	pr_info("timeout left nothing: %lu\n", wait_for_completion_timeout(&ready, HZ / 20));
	counter = kthread_run(count, (void *)5L, "teach/%d", 7);
	return PTR_ERR_OR_ZERO(counter);
}

static void __exit thread_exit(void)
{
	pr_info("thread returned %d\n", kthread_stop(counter));
}

module_init(thread_init);
module_exit(thread_exit);
MODULE_LICENSE("GPL");
