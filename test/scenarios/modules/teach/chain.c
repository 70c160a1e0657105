// Notifier chains: order by priority, an answer that stops, and what the kernel tells of modules.
#include <linux/module.h>
#include <linux/notifier.h>

static BLOCKING_NOTIFIER_HEAD(blocking);
static ATOMIC_NOTIFIER_HEAD(atomic);

static int low(struct notifier_block *block, unsigned long event, void *data)
{
	pr_info("low: %lu %s\n", event, (char *)data);
	return NOTIFY_OK;
}

static int high(struct notifier_block *block, unsigned long event, void *data)
{
	pr_info("high: %lu %s\n", event, (char *)data);
	return event == 3 ? notifier_from_errno(-EPERM) : NOTIFY_DONE;
}

static int modules(struct notifier_block *block, unsigned long event, void *data)
{
	struct module *module = data;

	pr_info("module %s: %s\n", module->name,
		event == MODULE_STATE_COMING ? "coming" : event == MODULE_STATE_LIVE ? "live" : "going");
	return NOTIFY_OK;
}

static struct notifier_block low_block = { .notifier_call = low, .priority = 1 };
static struct notifier_block high_block = { .notifier_call = high, .priority = 10 };
static struct notifier_block atomic_block = { .notifier_call = low };
static struct notifier_block module_block = { .notifier_call = modules };

static int __init chain_init(void)
{
	blocking_notifier_chain_register(&blocking, &low_block);
	blocking_notifier_chain_register(&blocking, &high_block);
	atomic_notifier_chain_register(&atomic, &atomic_block);
	pr_info("answer %d\n", blocking_notifier_call_chain(&blocking, 1, "one"));
	pr_info("answer %d\n", notifier_to_errno(blocking_notifier_call_chain(&blocking, 3, "three")));
	pr_info("answer %d\n", atomic_notifier_call_chain(&atomic, 2, "two"));
	blocking_notifier_chain_unregister(&blocking, &high_block);
	pr_info("answer %d\n", blocking_notifier_call_chain(&blocking, 3, "again"));
	return register_module_notifier(&module_block);
}

static void __exit chain_exit(void)
{
	unregister_module_notifier(&module_block);
}

module_init(chain_init);
module_exit(chain_exit);
MODULE_LICENSE("GPL");
