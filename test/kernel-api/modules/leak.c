/* A cache that is destroyed while objects of it are in use. */
#include <linux/module.h>
#include <linux/slab.h>

static struct kmem_cache *cache;
static void *objects[3];
static int count = 1;
module_param(count, int, 0);

static int __init begin(void)
{
	int i;

	cache = kmem_cache_create("leaky", 120, 0, 0, NULL);
	for (i = 0; i < count; i++)
		objects[i] = kmem_cache_alloc(cache, GFP_KERNEL);
	return 0;
}

static void __exit end(void)
{
	kmem_cache_destroy(cache);
	pr_info("destroyed\n");
}

module_init(begin);
module_exit(end);
MODULE_LICENSE("GPL");
