// A timer that starts itself again until it has ticked `count` times.
#include <linux/module.h>
#include <linux/timer.h>

static int count = 3;
module_param(count, int, 0444);
static int interval = 250;
module_param(interval, int, 0444);
static int ticks;
static unsigned long started;
static struct timer_list timer;

static void tick(struct timer_list *unused)
{
	ticks++;
	pr_info("tick %d, early %d, softirq %d\n", ticks,
		time_before(jiffies, started + ticks * msecs_to_jiffies(interval)), !!in_softirq());
	if (ticks < count)
		mod_timer(&timer, jiffies + msecs_to_jiffies(interval));
}

static int __init ticker_init(void)
{
	timer_setup(&timer, tick, 0);
	started = jiffies;
	pr_info("pending before: %d\n", timer_pending(&timer));
	mod_timer(&timer, jiffies + msecs_to_jiffies(interval));
	pr_info("pending after: %d\n", timer_pending(&timer));
	return 0;
}

static void __exit ticker_exit(void)
{
	pr_info("was pending: %d\n", del_timer_sync(&timer));
}

module_init(ticker_init);
module_exit(ticker_exit);
MODULE_LICENSE("GPL");
