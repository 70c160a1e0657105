// Functions on each processor of a machine that has one; times.
#include <linux/module.h>
#include <linux/smp.h>
#include <linux/cpumask.h>
#include <linux/time64.h>
#include <linux/timekeeping.h>

static void here(void *info)
{
	pr_info("%s: processor %d, interrupts off %d\n", (char *)info, smp_processor_id(), irqs_disabled());
}
static bool never(int cpu, void *info)
{
	pr_info("asked for %d\n", cpu);
	return false;
}
static void difference(long long sec, long nsec, long long sec2, long nsec2)
{
	struct timespec64 a = { sec, nsec }, b = { sec2, nsec2 }, c = timespec64_sub(a, b);
	pr_info("%lld.%09ld\n", c.tv_sec, c.tv_nsec);
}
static int __init processors_init(void)
{
	pr_info("single %d %d\n", smp_call_function_single(0, here, "single", 1), smp_call_function_single(1, here, "second", 1));
	on_each_cpu(here, "each", 1);
	on_each_cpu_cond(never, here, "condition", 1);
	smp_call_function(here, "others", 1);
	pr_info("interrupts off %d\n", irqs_disabled());
	difference(5, 100, 3, 200);
	difference(3, 200, 5, 100);
	difference(-1, 5, 1, 999999999);
	pr_info("%lld %lld %lld\n", mktime64(1970, 1, 1, 0, 0, 0), mktime64(2000, 2, 29, 23, 59, 60), mktime64(2024, 12, 31, 1, 2, 3));
	return 0;
}
static void __exit processors_exit(void)
{
}
module_init(processors_init);
module_exit(processors_exit);
MODULE_LICENSE("GPL");
