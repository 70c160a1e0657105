// SPDX-License-Identifier: MIT
/* The smallest module that says something: once when it comes, once when it goes. */
#include <linux/init.h>
#include <linux/module.h>

static int __init hello_init(void)
{
	pr_info("hello: here I am\n");
	return 0;
}

static void __exit hello_exit(void)
{
	pr_info("hello: and gone\n");
}

module_init(hello_init);
module_exit(hello_exit);

MODULE_DESCRIPTION("Says hello and goodbye");
MODULE_VERSION("1.0");
MODULE_LICENSE("GPL");
