/* Copies between programs and objects of the kernel that are too small, or not for it. */
#include <linux/debugfs.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>

static void construct(void *object)
{
}

static struct dentry *directory;
static struct kmem_cache *cache, *open_cache;
static void *own, *open_own, *general, *area;
static char inside[64];

static ssize_t take(struct file *file, const char __user *buffer, size_t size, loff_t *position)
{
	void *target = *(void **)file->private_data;
	ssize_t left = copy_from_user(target, buffer, size);

	pr_info("took %zu of %zu\n", size - left, size);
	return left ? -EFAULT : size;
}

static ssize_t give(struct file *file, char __user *buffer, size_t size, loff_t *position)
{
	char stack[24] = "on the stack";
	void *source = file->private_data == &inside ? stack : *(void **)file->private_data;

	return copy_to_user(buffer, source, size) ? -EFAULT : 0;
}

static const struct file_operations operations = { .owner = THIS_MODULE, .open = simple_open, .write = take, .read = give };

static int __init usercopy_init(void)
{
	cache = kmem_cache_create("kbusercopy", 200, 0, 0, construct);
	open_cache = kmem_cache_create_usercopy("kbopen", 200, 0, 0, 8, 100, NULL);
	own = kmem_cache_alloc(cache, GFP_KERNEL);
	open_own = kmem_cache_zalloc(open_cache, GFP_KERNEL) + 8;
	general = kzalloc(64, GFP_KERNEL);
	area = vzalloc(100);
	directory = debugfs_create_dir("kbusercopy", NULL);
	debugfs_create_file("own", 0600, directory, &own, &operations);
	debugfs_create_file("open", 0600, directory, &open_own, &operations);
	debugfs_create_file("general", 0600, directory, &general, &operations);
	debugfs_create_file("area", 0600, directory, &area, &operations);
	debugfs_create_file("stack", 0600, directory, &inside, &operations);
	return 0;
}

static void __exit usercopy_exit(void)
{
	debugfs_remove(directory);
	kmem_cache_free(cache, own);
	kmem_cache_free(open_cache, open_own - 8);
	kmem_cache_destroy(cache);
	kmem_cache_destroy(open_cache);
	kfree(general);
	vfree(area);
}

module_init(usercopy_init);
module_exit(usercopy_exit);
MODULE_LICENSE("GPL");
