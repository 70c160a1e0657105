// Texts for the trace, work in an interrupt, and numbers of a width.
#include <linux/module.h>
#include <linux/irq_work.h>
#include <linux/mm.h>

static void in_interrupt_work(struct irq_work *work)
{
	pr_info("work: in_irq %d\n", in_hardirq() != 0);
}
static DEFINE_IRQ_WORK(work, in_interrupt_work);

static void scan(const char *text, const char *format)
{
	int a = -1, b = -1, count = sscanf(text, format, &a, &b);
	pr_info("\"%s\" by \"%s\": %d: %d %d\n", text, format, count, a, b);
}
static int __init tracing_init(void)
{
	unsigned long flags = 0x2000000 | 0x1000000 | 0x18;
	trace_printk("number %d\n", 42);
	trace_puts("text\n");
	pr_info("queued %d\n", irq_work_queue(&work));
	irq_work_sync(&work);
	scan("0xA7", "%2x%x");
	scan("0x67", "%3i%i");
	scan("+5 6", "%d %d");
	scan("-5 -6", "%d %u");
	scan("-12", "%2d%d");
	scan("-1", "%1d%d");
	scan("089", "%i%i");
	scan("0x", "%x%d");
	scan("12345", "%2u%3o");
	pr_info("flags %pGp\n", &flags);
	return 0;
}
static void __exit tracing_exit(void)
{
}
module_init(tracing_init);
module_exit(tracing_exit);
MODULE_LICENSE("GPL");
