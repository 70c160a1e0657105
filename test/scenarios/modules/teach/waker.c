// A thread that a write wakes, what open(2) tells a driver, a cache with a constructor, a file of the module's own.
#include <linux/fs.h>
#include <linux/kthread.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/wait.h>
static DECLARE_WAIT_QUEUE_HEAD(queue);
static struct task_struct *thread;
static int wanted, constructed;
static int work(void *unused)
{
	int served = 0;
	while (!kthread_should_stop()) {
		wait_event_interruptible(queue, wanted > served || kthread_should_stop());
		if (wanted > served)
			pr_info("thread serves %d, mm %d\n", ++served, current->mm != NULL);
	}
	return 0;
}
static int waker_open(struct inode *inode, struct file *file)
{
	char *path = kmalloc(64, GFP_KERNEL);
	if (!path)
		return -ENOMEM;
	pr_info("open %s, name %s, flags 0x%x\n", file_path(file, path, 64), file->f_path.dentry->d_iname, file->f_flags);
	kfree(path);
	return 0;
}
static ssize_t waker_write(struct file *file, const char __user *text, size_t count, loff_t *at)
{
	pr_info("write, flags 0x%x, by %s below %s\n", file->f_flags, current->comm, current->parent->pid ? "a task" : "none");
	wanted++;
	wake_up(&queue);
	return count;
}
static int waker_release(struct inode *inode, struct file *file)
{
	pr_info("release\n");
	return 0;
}
static const struct file_operations operations = {
	.owner = THIS_MODULE, .open = waker_open, .write = waker_write, .release = waker_release,
};
static struct miscdevice device = { .minor = MISC_DYNAMIC_MINOR, .name = "teach_waker", .fops = &operations };
static void construct(void *object) { constructed++; }
static void try_cache(void)
{
	struct kmem_cache *cache = kmem_cache_create("teach_waker", 328, 0, SLAB_HWCACHE_ALIGN, construct);
	void *one = kmem_cache_alloc(cache, GFP_KERNEL), *two = kmem_cache_alloc(cache, GFP_KERNEL);
	pr_info("constructed %d, usable %zu, size %u\n", constructed, ksize(one), kmem_cache_size(cache));
	kmem_cache_free(cache, two);
	kmem_cache_free(cache, one);
	kmem_cache_destroy(cache);
}
static void try_file(void)
{
	char text[8] = "";
	loff_t at = 0;
	struct file *file = filp_open("/tmp/kept", O_CREAT | O_RDWR, 0600);
	if (IS_ERR(file))
		return;
	pr_info("wrote %zd", kernel_write(file, "to keep\n", 8, &at));
	at = 3;
	pr_cont(", read %zd", kernel_read(file, text, 4, &at));
	pr_cont(" '%s' to %lld\n", text, at);
	filp_close(file, NULL);
	pr_info("no file %ld\n", PTR_ERR(filp_open("/tmp/none", O_RDONLY, 0)));
}
static int __init waker_init(void)
{
	pr_info("version %s\n", THIS_MODULE->version);
	try_cache();
	try_file();
	thread = kthread_run(work, NULL, "teach_waker");
	get_task_struct(thread);
	return misc_register(&device);
}
static void __exit waker_exit(void)
{
	misc_deregister(&device);
	kthread_stop(thread);
	put_task_struct(thread);
}
module_init(waker_init);
module_exit(waker_exit);
MODULE_LICENSE("GPL");
MODULE_VERSION("1.5");
