// Asks for firmware that the machine has not.
#include <linux/module.h>
#include <linux/firmware.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/completion.h>

static const struct file_operations operations = { .owner = THIS_MODULE };
static struct miscdevice device = { .minor = MISC_DYNAMIC_MINOR, .name = "fwdevice", .fops = &operations };
static DECLARE_COMPLETION(arrived);

static void later(const struct firmware *firmware, void *context)
{
	pr_info("later: %d %s\n", firmware != NULL, (char *)context);
	release_firmware(firmware);
	complete(&arrived);
}
static int __init firmware_init(void)
{
	const struct firmware *firmware = (void *)1;
	int error = misc_register(&device);
	if (error)
		return error;
	error = request_firmware(&firmware, "vendor/missing.bin", device.this_device);
	pr_info("request: %d %d\n", error, firmware != NULL);
	pr_info("nowarn: %d\n", firmware_request_nowarn(&firmware, "second.bin", device.this_device));
	pr_info("direct: %d\n", request_firmware_direct(&firmware, "third.bin", device.this_device));
	pr_info("no name: %d\n", request_firmware(&firmware, "", device.this_device));
	error = request_firmware_nowait(THIS_MODULE, true, "fourth.bin", device.this_device, GFP_KERNEL, "context", later);
	wait_for_completion(&arrived);
	pr_info("nowait: %d\n", error);
	return 0;
}
static void __exit firmware_exit(void)
{
	misc_deregister(&device);
}
module_init(firmware_init);
module_exit(firmware_exit);
MODULE_LICENSE("GPL");
