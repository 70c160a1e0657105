// Bitmaps of more than a word.
#include <linux/module.h>
#include <linux/bitmap.h>

#define SIZE 100
static DECLARE_BITMAP(a, SIZE);
static DECLARE_BITMAP(b, SIZE);
static DECLARE_BITMAP(c, SIZE);

static void list(const char *text)
{
	int error;
	bitmap_fill(c, SIZE);
	error = bitmap_parselist(text, c, SIZE);
	pr_info("list \"%s\": %d %*pbl\n", text, error, SIZE, c);
}
static int __init bitmaps_init(void)
{
	list("0-9,70,90-N");
	list("0-30:2/5");
	list("all:1/25");
	list(" 1, 2\n3 ");
	list("");
	list("5-3");
	list("99-100");
	list("4:3/2");
	list("1,x");
	bitmap_parselist("0-9,64-80,99", a, SIZE);
	bitmap_parselist("5-70", b, SIZE);
	pr_info("last %lu nth %lu %lu\n", find_last_bit(a, SIZE), find_nth_bit(a, SIZE, 12), find_nth_bit(a, SIZE, 50));
	pr_info("and %lu %lu %lu andnot %lu\n", find_first_and_bit(a, b, SIZE), find_next_and_bit(a, b, SIZE, 10), find_next_and_bit(a, b, SIZE, 71), find_next_andnot_bit(a, b, SIZE, 5));
	bitmap_complement(c, a, SIZE);
	pr_info("complement %*pbl\n", SIZE, c);
	bitmap_shift_left(c, a, 30, SIZE);
	pr_info("left %*pbl\n", SIZE, c);
	bitmap_shift_right(c, a, 66, SIZE);
	pr_info("right %*pbl\n", SIZE, c);
	bitmap_replace(c, a, b, b, SIZE);
	pr_info("replace %*pbl\n", SIZE, c);
	pr_info("area %lu %lu %lu\n", bitmap_find_next_zero_area(a, SIZE, 0, 10, 0), bitmap_find_next_zero_area(a, SIZE, 5, 8, 15), bitmap_find_next_zero_area(a, SIZE, 60, 30, 0));
	return 0;
}
static void __exit bitmaps_exit(void)
{
}
module_init(bitmaps_init);
module_exit(bitmaps_exit);
MODULE_LICENSE("GPL");
