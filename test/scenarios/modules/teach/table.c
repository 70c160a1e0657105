// /proc/teach: a list shown by seq_file, which writing adds to, and a summary by single_open.
#include <linux/list.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

struct entry {
	struct list_head list;
	char name[16];
};

static LIST_HEAD(entries);
static DEFINE_MUTEX(lock);
static struct proc_dir_entry *folder;

static void *start(struct seq_file *file, loff_t *pos)
{
	mutex_lock(&lock);
	return seq_list_start_head(&entries, *pos);
}

static void *next(struct seq_file *file, void *v, loff_t *pos) { return seq_list_next(v, &entries, pos); }
static void stop(struct seq_file *file, void *v) { mutex_unlock(&lock); }

static int show(struct seq_file *file, void *v)
{
	if (v == &entries)
		seq_puts(file, "name             length\n");
	else
		seq_printf(file, "%-16s %6zu\n", list_entry(v, struct entry, list)->name,
			   strlen(list_entry(v, struct entry, list)->name));
	return 0;
}

static const struct seq_operations operations = { .start = start, .next = next, .stop = stop, .show = show };

static int open(struct inode *inode, struct file *file) { return seq_open(file, &operations); }

static ssize_t add(struct file *file, const char __user *buffer, size_t length, loff_t *pos)
{
	struct entry *entry;

	if (length >= sizeof(entry->name))
		return -EINVAL;
	entry = kzalloc(sizeof(*entry), GFP_KERNEL);
	if (!entry)
		return -ENOMEM;
	if (copy_from_user(entry->name, buffer, length)) {
		kfree(entry);
		return -EFAULT;
	}
	strim(entry->name);
	mutex_lock(&lock);
	list_add_tail(&entry->list, &entries);
	mutex_unlock(&lock);
	pr_info("added '%s'\n", entry->name);
	return length;
}

static const struct proc_ops table_ops = {
	.proc_open = open,
	.proc_read = seq_read,
	.proc_lseek = seq_lseek,
	.proc_release = seq_release,
	.proc_write = add,
};

static int summary(struct seq_file *file, void *v)
{
	struct entry *entry;
	int count = 0;

	list_for_each_entry(entry, &entries, list)
		count++;
	seq_printf(file, "%d entries\n", count);
	return 0;
}

static int __init table_init(void)
{
	folder = proc_mkdir("teach", NULL);
	if (!folder)
		return -ENOMEM;
	proc_create("table", 0644, folder, &table_ops);
	proc_create_single("summary", 0444, folder, summary);
	return 0;
}

static void __exit table_exit(void)
{
	struct entry *entry, *after;

	proc_remove(folder);
	list_for_each_entry_safe(entry, after, &entries, list) {
		pr_info("frees '%s'\n", entry->name);
		kfree(entry);
	}
}

module_init(table_init);
module_exit(table_exit);
MODULE_LICENSE("GPL");
