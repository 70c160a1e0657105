// SPDX-License-Identifier: MIT
/* Gives arithmetic to other modules: one function to all, one to GPL modules, one in a namespace. */
#include <linux/init.h>
#include <linux/module.h>
#include "math.h"

int math_add(int a, int b)
{
	return a + b;
}
EXPORT_SYMBOL(math_add);

int math_sub(int a, int b)
{
	return a - b;
}
EXPORT_SYMBOL_GPL(math_sub);

int math_mul(int a, int b)
{
	return a * b;
}
EXPORT_SYMBOL_NS(math_mul, MATH);

static int __init math_init(void)
{
	return 0;
}

static void __exit math_exit(void)
{
}

module_init(math_init);
module_exit(math_exit);

MODULE_DESCRIPTION("Exports three functions");
MODULE_LICENSE("GPL");
