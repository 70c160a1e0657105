// debugfs: numbers, a switch, bytes, a file of its own.
#include <linux/debugfs.h>
#include <linux/module.h>

static struct dentry *folder;
static u8 small = 200;
static u32 number = 42;
static u32 mask = 0xbeef;
static u64 big = 1ULL << 40;
static bool on = true;
static atomic_t counter = ATOMIC_INIT(7);
static char bytes[] = "bytes of a blob\n";
static struct debugfs_blob_wrapper blob = { bytes, sizeof(bytes) - 1 };

static int get(void *data, u64 *value) { *value = *(u32 *)data * 2; return 0; }
static int set(void *data, u64 value)
{
	if (value > 1000)
		return -ERANGE;
	pr_info("number becomes %llu\n", value);
	*(u32 *)data = value;
	return 0;
}
DEFINE_DEBUGFS_ATTRIBUTE(twice, get, set, "%llu\n");

static int words_show(struct seq_file *file, void *v) { seq_printf(file, "on is %d, number is %u\n", on, number); return 0; }
DEFINE_SHOW_ATTRIBUTE(words);

static int __init knobs_init(void)
{
	folder = debugfs_create_dir("teach", NULL);
	debugfs_create_u8("small", 0644, folder, &small);
	debugfs_create_u32("number", 0644, folder, &number);
	debugfs_create_x32("mask", 0644, folder, &mask);
	debugfs_create_u64("big", 0444, folder, &big);
	debugfs_create_bool("on", 0644, folder, &on);
	debugfs_create_atomic_t("counter", 0644, folder, &counter);
	debugfs_create_blob("blob", 0444, folder, &blob);
	debugfs_create_file("twice", 0644, folder, &number, &twice);
	debugfs_create_file("words", 0444, folder, NULL, &words_fops);
	return 0;
}

static void __exit knobs_exit(void)
{
	debugfs_remove(folder);
	pr_info("small %u, number %u, mask %x, on %d, counter %d\n", small, number, mask, on, atomic_read(&counter));
}

module_init(knobs_init);
module_exit(knobs_exit);
MODULE_LICENSE("GPL");
