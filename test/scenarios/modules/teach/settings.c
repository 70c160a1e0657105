// Settings in /proc/sys of each kind: numbers, bounded numbers, text.
#include <linux/module.h>
#include <linux/sysctl.h>
static int level = 3, pair[2] = { 4, 5 }, low = 0, high = 10;
static char label[8] = "abc";
static struct ctl_table table[] = {
	{ .procname = "level", .data = &level, .maxlen = sizeof(level), .mode = 0644,
	  .proc_handler = proc_dointvec_minmax, .extra1 = &low, .extra2 = &high },
	{ .procname = "pair", .data = pair, .maxlen = sizeof(pair), .mode = 0644, .proc_handler = proc_dointvec },
	{ .procname = "label", .data = label, .maxlen = sizeof(label), .mode = 0644, .proc_handler = proc_dostring },
	{ }
};
static struct ctl_table_header *header;
static int __init settings_init(void)
{
	header = register_sysctl("dev/teach", table);
	return header ? 0 : -ENOMEM;
}
static void __exit settings_exit(void)
{
	unregister_sysctl_table(header);
	pr_info("level %d pair %d %d label %s\n", level, pair[0], pair[1], label);
}
module_init(settings_init);
module_exit(settings_exit);
MODULE_LICENSE("GPL");
