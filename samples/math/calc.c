// SPDX-License-Identifier: MIT
/* Calculates with math's functions: math has to be there first. */
#include <linux/init.h>
#include <linux/module.h>
#include "math.h"

static int a = 1;
static int b = 2;

module_param(a, int, 0664);
module_param(b, int, 0664);

static int __init calc_init(void)
{
	pr_info("calc: %d + %d = %d\n", a, b, math_add(a, b));
	pr_info("calc: %d - %d = %d\n", a, b, math_sub(a, b));
	pr_info("calc: %d * %d = %d\n", a, b, math_mul(a, b));
	return 0;
}

static void __exit calc_exit(void)
{
	pr_info("calc: done\n");
}

module_init(calc_init);
module_exit(calc_exit);

MODULE_DESCRIPTION("Uses what math exports");
MODULE_LICENSE("GPL");
MODULE_IMPORT_NS(MATH);
