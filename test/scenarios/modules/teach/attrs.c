// A kobject below /sys/kernel with a group of attributes, and one below it with a type of its own.
#include <linux/kobject.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/sysfs.h>

static int level = 3;
static struct kobject *top;

static ssize_t level_show(struct kobject *object, struct kobj_attribute *attribute, char *page)
{
	return sysfs_emit(page, "%d\n", level);
}

static ssize_t level_store(struct kobject *object, struct kobj_attribute *attribute, const char *text, size_t size)
{
	int error = kstrtoint(text, 0, &level);

	return error ? error : size;
}

static ssize_t name_show(struct kobject *object, struct kobj_attribute *attribute, char *page)
{
	return sysfs_emit(page, "%s of %s\n", attribute->attr.name, kobject_name(object));
}

static struct kobj_attribute level_attribute = __ATTR_RW(level);
static struct kobj_attribute name_attribute = __ATTR_RO(name);
static struct attribute *attributes[] = { &level_attribute.attr, &name_attribute.attr, NULL };
static const struct attribute_group plain = { .attrs = attributes };
static const struct attribute_group named = { .name = "more", .attrs = attributes };

static ssize_t child_show(struct kobject *object, struct attribute *attribute, char *page)
{
	return sysfs_emit(page, "%s/%s\n", kobject_name(object->parent), kobject_name(object));
}

static void child_release(struct kobject *object)
{
	pr_info("release of %s\n", kobject_name(object));
	kfree(object);
}

static const struct sysfs_ops child_operations = { .show = child_show };
static struct attribute path_attribute = { .name = "path", .mode = 0444 };
static struct attribute *child_attrs[] = { &path_attribute, NULL };
ATTRIBUTE_GROUPS(child);
static struct kobj_type child_type = {
	.release = child_release,
	.sysfs_ops = &child_operations,
	.default_groups = child_groups,
};
static struct kobject *child;

static int __init attrs_init(void)
{
	int error;

	top = kobject_create_and_add("teach", kernel_kobj);
	if (!top)
		return -ENOMEM;
	error = sysfs_create_group(top, &plain);
	if (!error)
		error = sysfs_create_group(top, &named);
	child = kzalloc(sizeof(*child), GFP_KERNEL);
	if (!error && child)
		error = kobject_init_and_add(child, &child_type, top, "child%d", 1);
	return error;
}

static void __exit attrs_exit(void)
{
	kobject_put(child);
	kobject_put(top);
	pr_info("level was %d\n", level);
}

module_init(attrs_init);
module_exit(attrs_exit);
MODULE_LICENSE("GPL");
