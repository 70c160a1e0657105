/* A disk in memory by blk-mq that says each request, and one that takes bios as they come. */
#include <linux/blk-mq.h>
#include <linux/blkdev.h>
#include <linux/module.h>
#include <linux/vmalloc.h>

#define SECTORS 2048

struct store {
	struct gendisk *disk;
	u8 *bytes;
};

static struct store queued, plain;
static struct blk_mq_tag_set tags;
static int major;

static void copy(struct store *store, sector_t sector, struct bio_vec *vec, bool write)
{
	u8 *place = store->bytes + (sector << SECTOR_SHIFT);
	void *buffer = page_address(vec->bv_page) + vec->bv_offset;

	if (write)
		memcpy(place, buffer, vec->bv_len);
	else
		memcpy(buffer, place, vec->bv_len);
}

static blk_status_t queue_rq(struct blk_mq_hw_ctx *context, const struct blk_mq_queue_data *data)
{
	struct request *request = data->rq;
	struct store *store = request->q->queuedata;
	sector_t sector = blk_rq_pos(request);
	struct req_iterator iterator;
	struct bio_vec vec;

	pr_info("request %d sector %llu sectors %u bytes %u\n", req_op(request), (u64)sector, blk_rq_sectors(request),
		blk_rq_bytes(request));
	blk_mq_start_request(request);
	rq_for_each_segment(vec, request, iterator) {
		copy(store, sector, &vec, rq_data_dir(request) == WRITE);
		sector += vec.bv_len >> SECTOR_SHIFT;
	}
	blk_mq_end_request(request, BLK_STS_OK);
	return BLK_STS_OK;
}

static const struct blk_mq_ops mq_ops = { .queue_rq = queue_rq };

static void submit(struct bio *bio)
{
	struct store *store = bio->bi_bdev->bd_disk->private_data;
	sector_t sector = bio->bi_iter.bi_sector;
	struct bvec_iter iterator;
	struct bio_vec vec;

	pr_info("bio %d sector %llu bytes %u\n", bio_op(bio), (u64)sector, bio->bi_iter.bi_size);
	if (bio->bi_iter.bi_size == 0 || sector >= SECTORS / 2) {
		bio_io_error(bio);
		return;
	}
	bio_for_each_segment(vec, bio, iterator) {
		copy(store, sector, &vec, bio_data_dir(bio) == WRITE);
		sector += vec.bv_len >> SECTOR_SHIFT;
	}
	bio_endio(bio);
}

static int disk_open(struct block_device *device, fmode_t mode)
{
	pr_info("open %s\n", device->bd_disk->disk_name);
	return 0;
}

static void disk_release(struct gendisk *disk, fmode_t mode)
{
	pr_info("release %s\n", disk->disk_name);
}

static int disk_ioctl(struct block_device *device, fmode_t mode, unsigned int command, unsigned long argument)
{
	pr_info("ioctl %x %lu\n", command, argument);
	return command == 0x6b01 ? 7 : -ENOTTY;
}

static const struct block_device_operations queued_ops = {
	.owner = THIS_MODULE,
	.open = disk_open,
	.release = disk_release,
	.ioctl = disk_ioctl,
};

static const struct block_device_operations plain_ops = {
	.owner = THIS_MODULE,
	.submit_bio = submit,
};

static int add(struct store *store, const char *name, int minor, const struct block_device_operations *ops)
{
	store->bytes = vzalloc(SECTORS << SECTOR_SHIFT);
	store->disk->major = major;
	store->disk->first_minor = minor;
	store->disk->minors = 1;
	store->disk->fops = ops;
	store->disk->private_data = store;
	strscpy(store->disk->disk_name, name, DISK_NAME_LEN);
	set_capacity(store->disk, SECTORS);
	return add_disk(store->disk);
}

static int __init disk_init(void)
{
	major = register_blkdev(0, "kbdisk");
	tags.ops = &mq_ops;
	tags.nr_hw_queues = 1;
	tags.queue_depth = 8;
	tags.numa_node = NUMA_NO_NODE;
	tags.flags = BLK_MQ_F_SHOULD_MERGE;
	pr_info("tags %d\n", blk_mq_alloc_tag_set(&tags));
	queued.disk = blk_mq_alloc_disk(&tags, &queued);
	plain.disk = blk_alloc_disk(NUMA_NO_NODE);
	pr_info("add %d\n", add(&queued, "kbqueued", 0, &queued_ops));
	pr_info("add %d\n", add(&plain, "kbplain", 1, &plain_ops));
	return 0;
}

static void __exit disk_exit(void)
{
	del_gendisk(queued.disk);
	del_gendisk(plain.disk);
	put_disk(queued.disk);
	put_disk(plain.disk);
	blk_mq_free_tag_set(&tags);
	unregister_blkdev(major, "kbdisk");
	vfree(queued.bytes);
	vfree(plain.bytes);
}

module_init(disk_init);
module_exit(disk_exit);
MODULE_LICENSE("GPL");
