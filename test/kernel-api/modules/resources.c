/* Takes interrupt lines, port and memory regions, misc minors and a file system, and says what it got. */
#include <linux/fs.h>
#include <linux/interrupt.h>
#include <linux/ioport.h>
#include <linux/miscdevice.h>
#include <linux/module.h>

static char cookie;
static const struct file_operations operations = { .owner = THIS_MODULE };
static struct miscdevice first = { .minor = MISC_DYNAMIC_MINOR, .name = "first", .fops = &operations };
static struct miscdevice second = { .minor = MISC_DYNAMIC_MINOR, .name = "second", .fops = &operations };
static struct file_system_type plain = { .owner = THIS_MODULE, .name = "plainfs" };
static struct file_system_type disk = { .owner = THIS_MODULE, .name = "diskfs", .fs_flags = FS_REQUIRES_DEV };
static struct file_system_type taken = { .owner = THIS_MODULE, .name = "proc" };

static irqreturn_t handler(int irq, void *device)
{
	return IRQ_NONE;
}

static int __init resources_init(void)
{
	int irq;

	for (irq = 0; irq < 17; irq++) {
		int error = request_irq(irq, handler, IRQF_SHARED, "mine", &cookie);

		pr_info("irq %d shared: %d\n", irq, error);
		if (!error)
			free_irq(irq, &cookie);
	}
	pr_info("irq 12 alone: %d\n", request_irq(12, handler, 0, "mine", NULL));
	pr_info("irq 1 and 7: %d %d\n", request_irq(1, handler, IRQF_SHARED, "keys", &cookie), request_irq(7, handler, 0, "port", NULL));
	pr_info("ports: %d %d %d\n", !!request_region(0x378, 8, "port"), !!request_region(0xc000, 4, "pci"), !!request_region(0x37c, 8, "port"));
	pr_info("memory: %d %d\n", !!request_mem_region(0xa0000, 0x1000, "screen"), !!request_mem_region(0x100000, 16, "ram"));
	pr_info("file systems: %d %d %d\n", register_filesystem(&plain), register_filesystem(&disk), register_filesystem(&taken));
	misc_register(&first);
	misc_register(&second);
	pr_info("minors: %d %d\n", first.minor, second.minor);
	return 0;
}

static void __exit resources_exit(void)
{
	misc_deregister(&second);
	misc_deregister(&first);
	unregister_filesystem(&disk);
	unregister_filesystem(&plain);
	release_mem_region(0xa0000, 0x1000);
	release_region(0xc000, 4);
	release_region(0x37c, 8);
	release_region(0x378, 8);
	free_irq(7, NULL);
	free_irq(1, &cookie);
}

module_init(resources_init);
module_exit(resources_exit);
MODULE_LICENSE("GPL");
