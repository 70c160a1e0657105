/* Devices whose memory programs map, each in another way: what mmap(2) shows and what reaches the driver. */
#include <linux/fs.h>
#include <linux/io.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>

#define SIZE (2 * PAGE_SIZE)

static char *pages, *area, *plain, *slab;

static void opened(struct vm_area_struct *vma)
{
	pr_info("vm open\n");
}

static void closed(struct vm_area_struct *vma)
{
	pr_info("vm close\n");
}

static vm_fault_t fault(struct vm_fault *vmf)
{
	pr_info("fault at page %lu of %lu write %d\n", vmf->pgoff, vma_pages(vmf->vma), !!(vmf->flags & FAULT_FLAG_WRITE));
	if (vmf->pgoff >= 2)
		return VM_FAULT_SIGBUS;
	vmf->page = vmalloc_to_page(area + (vmf->pgoff << PAGE_SHIFT));
	get_page(vmf->page);
	return 0;
}

static const struct vm_operations_struct operations = { .open = opened, .close = closed, .fault = fault };
static const struct vm_operations_struct closing = { .close = closed };

static int map_frames(struct file *file, struct vm_area_struct *vma)
{
	pr_info("map %lu bytes offset %lu write %d shared %d maywrite %d\n", vma->vm_end - vma->vm_start, vma->vm_pgoff,
		!!(vma->vm_flags & VM_WRITE), !!(vma->vm_flags & VM_SHARED), !!(vma->vm_flags & VM_MAYWRITE));
	if (vma->vm_end - vma->vm_start + (vma->vm_pgoff << PAGE_SHIFT) > SIZE)
		return -EINVAL;
	vma->vm_ops = &closing;
	return remap_pfn_range(vma, vma->vm_start, (virt_to_phys(pages) >> PAGE_SHIFT) + vma->vm_pgoff,
			       vma->vm_end - vma->vm_start, vma->vm_page_prot);
}

static int map_pages_in(struct file *file, struct vm_area_struct *vma)
{
	int error = vm_insert_page(vma, vma->vm_start, virt_to_page(pages));

	pr_info("insert %d again %d beyond %d\n", error, vm_insert_page(vma, vma->vm_start, virt_to_page(pages)),
		vm_insert_page(vma, vma->vm_end, virt_to_page(pages)));
	return error;
}

static int map_slab(struct file *file, struct vm_area_struct *vma)
{
	return vm_insert_page(vma, vma->vm_start, virt_to_page(slab));
}

static int map_area(struct file *file, struct vm_area_struct *vma)
{
	return remap_vmalloc_range(vma, area, vma->vm_pgoff);
}

static int map_plain(struct file *file, struct vm_area_struct *vma)
{
	return remap_vmalloc_range(vma, plain, vma->vm_pgoff);
}

static int map_physical(struct file *file, struct vm_area_struct *vma)
{
	return vm_iomap_memory(vma, virt_to_phys(pages), SIZE);
}

static int map_on_fault(struct file *file, struct vm_area_struct *vma)
{
	vma->vm_ops = &operations;
	return 0;
}

static int map_nothing(struct file *file, struct vm_area_struct *vma)
{
	return 0;
}

static ssize_t look(struct file *file, char __user *buffer, size_t size, loff_t *position)
{
	char text[80];
	int length = snprintf(text, sizeof(text), "%.20s %.20s\n", pages, area);

	return simple_read_from_buffer(buffer, size, position, text, length);
}

#define OPERATIONS(how) { .owner = THIS_MODULE, .read = look, .mmap = how }
static const struct file_operations tables[] = {
	OPERATIONS(map_frames), OPERATIONS(map_pages_in), OPERATIONS(map_slab), OPERATIONS(map_area), OPERATIONS(map_plain),
	OPERATIONS(map_physical), OPERATIONS(map_on_fault), OPERATIONS(map_nothing), OPERATIONS(NULL),
};
static const char *const names[] = { "frames", "pages", "slab", "area", "plain", "physical", "fault", "nothing", "none" };
static struct miscdevice devices[ARRAY_SIZE(names)];

static int __init begin(void)
{
	int i;

	pages = (char *)__get_free_pages(GFP_KERNEL | __GFP_ZERO, 1);
	area = vmalloc_user(SIZE);
	plain = vmalloc(SIZE);
	slab = kzalloc(64, GFP_KERNEL);
	strcpy(pages, "first page");
	strcpy(pages + PAGE_SIZE, "second page");
	strcpy(area, "vmalloc area");
	strcpy(area + PAGE_SIZE, "its second page");
	for (i = 0; i < ARRAY_SIZE(names); i++) {
		devices[i] = (struct miscdevice){ .minor = MISC_DYNAMIC_MINOR, .name = names[i], .fops = &tables[i], .mode = 0666 };
		if (misc_register(&devices[i]))
			return -EIO;
	}
	return 0;
}

static void __exit end(void)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(names); i++)
		misc_deregister(&devices[i]);
	free_pages((unsigned long)pages, 1);
	vfree(area);
	vfree(plain);
	kfree(slab);
}

module_init(begin);
module_exit(end);
MODULE_LICENSE("GPL");
