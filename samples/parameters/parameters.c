// SPDX-License-Identifier: MIT
/* One parameter of every type that the kernel reads by itself, and one that it hands to the module. */
#include <linux/init.h>
#include <linux/module.h>

static signed char a_byte_sized = -1;
static unsigned char a_byte = 1;
static short a_short = -2;
static unsigned short a_ushort = 2;
static int an_int = -3;
static unsigned int a_uint = 3;
static long a_long = -4;
static unsigned long a_ulong = 4;
static unsigned long long a_ullong = 5;
static unsigned int a_hexint = 0xbeef;
static bool a_bool;
static bool a_flag_upside_down;
static int a_boolean_int;
static char *a_charp = "charp";
static char a_string[16] = "string";
static int numbers[4] = { 1, 2, 3 };
static int numbers_count = 3;
static int secret = 42;
static int doubled;

static int set_doubled(const char *value, const struct kernel_param *kp)
{
	int number;
	int error = kstrtoint(value, 0, &number);

	if (error)
		return error;
	*(int *)kp->arg = 2 * number;
	return 0;
}

static const struct kernel_param_ops doubled_ops = {
	.set = set_doubled,
	.get = param_get_int,
};

module_param(a_byte, byte, 0444);
module_param(a_short, short, 0444);
module_param(a_ushort, ushort, 0444);
module_param(an_int, int, 0644);
MODULE_PARM_DESC(an_int, "may be changed while the module is loaded");
module_param(a_uint, uint, 0444);
module_param(a_long, long, 0444);
module_param(a_ulong, ulong, 0444);
module_param(a_ullong, ullong, 0444);
module_param(a_hexint, hexint, 0444);
module_param(a_bool, bool, 0644);
module_param_named(not_flag, a_flag_upside_down, invbool, 0444);
module_param_named(bint, a_boolean_int, bint, 0444);
module_param(a_charp, charp, 0644);
module_param_string(text, a_string, sizeof(a_string), 0644);
MODULE_PARM_DESC(text, "at most 15 characters");
module_param_array(numbers, int, &numbers_count, 0444);
MODULE_PARM_DESC(numbers, "up to four");
module_param(secret, int, 0);
MODULE_PARM_DESC(secret, "not shown in sysfs");
module_param_cb(doubled, &doubled_ops, &doubled, 0644);
module_param_named_unsafe(risky, a_byte_sized, byte, 0444);

static int __init parameters_init(void)
{
	pr_info("parameters: int %d, bool %d, charp '%s', %d numbers, doubled %d\n",
		an_int, a_bool, a_charp, numbers_count, doubled);
	return 0;
}

static void __exit parameters_exit(void)
{
}

module_init(parameters_init);
module_exit(parameters_exit);

MODULE_DESCRIPTION("Parameters of every type");
MODULE_LICENSE("GPL");
