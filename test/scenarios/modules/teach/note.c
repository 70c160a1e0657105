// A misc device that keeps a note: read, write, llseek, ioctl.
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/uaccess.h>

#define NOTE_CLEAR _IO('n', 0)
#define NOTE_LENGTH _IOR('n', 1, int)
#define NOTE_FILL _IOW('n', 2, int)

static char note[64];
static size_t length;

static int note_open(struct inode *inode, struct file *file)
{
	struct miscdevice *device = file->private_data;

	pr_info("%s: open, flags %o\n", device->name, file->f_flags & (O_ACCMODE | O_APPEND));
	return 0;
}

static ssize_t note_read(struct file *file, char __user *buffer, size_t size, loff_t *pos)
{
	return simple_read_from_buffer(buffer, size, pos, note, length);
}

static ssize_t note_write(struct file *file, const char __user *buffer, size_t size, loff_t *pos)
{
	ssize_t count = simple_write_to_buffer(note, sizeof(note), pos, buffer, size);

	if (count > 0)
		length = *pos;
	return count;
}

static long note_ioctl(struct file *file, unsigned int command, unsigned long argument)
{
	int value;

	switch (command) {
	case NOTE_CLEAR:
		length = 0;
		return 0;
	case NOTE_LENGTH:
		return put_user((int)length, (int __user *)argument);
	case NOTE_FILL:
		if (get_user(value, (int __user *)argument))
			return -EFAULT;
		length = min_t(size_t, value, sizeof(note));
		memset(note, 'x', length);
		return length;
	default:
		return -ENOTTY;
	}
}

static int note_release(struct inode *inode, struct file *file)
{
	pr_info("release, minor of misc %d\n", imajor(inode) == MISC_MAJOR);
	return 0;
}

static const struct file_operations operations = {
	.owner = THIS_MODULE,
	.open = note_open,
	.read = note_read,
	.write = note_write,
	.llseek = default_llseek,
	.unlocked_ioctl = note_ioctl,
	.release = note_release,
};

static struct miscdevice device = { .minor = MISC_DYNAMIC_MINOR, .name = "teach_note", .fops = &operations, .mode = 0666 };

module_misc_device(device);
MODULE_LICENSE("GPL");
