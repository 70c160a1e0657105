// SPDX-License-Identifier: MIT
/* What module_init is in a module: the function becomes init_module, and its return value decides. */
#include <linux/init.h>
#include <linux/module.h>

static int answer;
module_param(answer, int, 0444);
MODULE_PARM_DESC(answer, "what the init function returns: 0 stays, -errno goes");

static int __initdata only_while_loading = 7;

static int __init initcall_init(void)
{
	pr_info("initcall: init data holds %d, returning %d\n", only_while_loading, answer);
	return answer;
}

static void __exit initcall_exit(void)
{
	pr_info("initcall: exit\n");
}

module_init(initcall_init);
module_exit(initcall_exit);

MODULE_DESCRIPTION("Returns what it is told to");
MODULE_LICENSE("GPL");
