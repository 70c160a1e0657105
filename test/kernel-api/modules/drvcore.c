/* What the driver core asks of modules: variables of events, a driver by name, another table in open. */
#include <linux/cdev.h>
#include <linux/device.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/slab.h>

static int class_uevent(struct device *dev, struct kobj_uevent_env *env)
{
	pr_info("class uevent %s\n", dev_name(dev));
	return add_uevent_var(env, "DEVMODE=%#o", 0666);
}

static int bus_uevent(struct device *dev, struct kobj_uevent_env *env)
{
	pr_info("bus uevent %s, driver %d\n", dev_name(dev), dev->driver != NULL);
	return add_uevent_var(env, "KB=%d", 5);
}

static int match(struct device *dev, struct device_driver *driver)
{
	return 1;
}

static int bus_probe(struct device *dev)
{
	pr_info("probe %s\n", dev_name(dev));
	return 0;
}

static void released(struct device *dev)
{
	pr_info("release %s\n", dev_name(dev));
}

static struct bus_type bus = { .name = "kbbus", .uevent = bus_uevent, .match = match, .probe = bus_probe };
static struct device_driver driver = { .name = "kbdrv", .bus = &bus, .owner = THIS_MODULE };
static struct device device = { .init_name = "kbdev", .bus = &bus, .release = released };
static struct class *cls;
static int major;

static ssize_t second_read(struct file *file, char __user *buffer, size_t size, loff_t *position)
{
	pr_info("read of the second table\n");
	return 0;
}

static const struct file_operations second = { .owner = THIS_MODULE, .read = second_read };

static int first_open(struct inode *inode, struct file *file)
{
	pr_info("open %u\n", iminor(inode));
	file->f_op = &second;
	return 0;
}

static const struct file_operations first = { .owner = THIS_MODULE, .open = first_open };

static int platform_probe(struct platform_device *pdev)
{
	dev_info(&pdev->dev, "probe\n");
	return 0;
}

static int platform_remove(struct platform_device *pdev)
{
	dev_info(&pdev->dev, "remove\n");
	return 0;
}

static struct platform_driver by_name = {
	.driver = { .name = "kbwanted", .owner = THIS_MODULE },
	.probe = platform_probe,
	.remove = platform_remove,
};

static struct platform_device *wanted;

static int __init core_init(void)
{
	pr_info("bus %d\n", bus_register(&bus));
	pr_info("driver %d\n", driver_register(&driver));
	pr_info("device %d\n", device_register(&device));
	major = register_chrdev(0, "kbfirst", &first);
	cls = class_create(THIS_MODULE, "kbclass");
	cls->dev_uevent = class_uevent;
	device_create(cls, NULL, MKDEV(major, 0), NULL, "kbnode");
	pr_info("platform driver %d\n", platform_driver_register(&by_name));
	wanted = platform_device_alloc("other", 3);
	wanted->driver_override = kstrdup("kbwanted", GFP_KERNEL);
	pr_info("platform device %d\n", platform_device_add(wanted));
	return 0;
}

static void __exit core_exit(void)
{
	platform_device_unregister(wanted);
	platform_driver_unregister(&by_name);
	device_destroy(cls, MKDEV(major, 0));
	class_destroy(cls);
	unregister_chrdev(major, "kbfirst");
	device_unregister(&device);
	driver_unregister(&driver);
	bus_unregister(&bus);
}

module_init(core_init);
module_exit(core_exit);
MODULE_LICENSE("GPL");
