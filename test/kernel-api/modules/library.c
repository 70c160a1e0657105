// What the library functions of the kernel say about small inputs.
#include <linux/module.h>
#include <linux/sort.h>
#include <linux/bsearch.h>
#include <linux/list_sort.h>
#include <linux/kfifo.h>
#include <linux/glob.h>
#include <linux/string_helpers.h>
#include <linux/uuid.h>
#include <linux/gcd.h>
#include <linux/lcm.h>
#include <linux/math.h>
#include <linux/rational.h>
#include <linux/prandom.h>
#include <linux/siphash.h>
#include <linux/if_ether.h>
#include <linux/slab.h>

struct item { int value; struct list_head list; };
static char calls[600];
static int compare(const void *a, const void *b)
{
	int x = *(const int *)a, y = *(const int *)b;
	sprintf(calls + strlen(calls), " %d:%d", x, y);
	return x - y;
}
static void exchange(void *a, void *b, int size)
{
	int x = *(int *)a;
	sprintf(calls + strlen(calls), " %d<>%d", x, *(int *)b);
	*(int *)a = *(int *)b;
	*(int *)b = x;
}
static int order(void *priv, const struct list_head *a, const struct list_head *b)
{
	int x = list_entry(a, struct item, list)->value, y = list_entry(b, struct item, list)->value;
	sprintf(calls + strlen(calls), " %d:%d", x, y);
	return x / 10 - y / 10;
}
static void say(const char *what)
{
	pr_info("%s:%s\n", what, calls);
	calls[0] = 0;
}
static void sorts(void)
{
	int numbers[] = { 5, 2, 9, 1, 7, 3, 8 }, key = 7, missing = 4, i, *found;
	static struct item items[9];
	LIST_HEAD(head);
	struct item *item;
	sort(numbers, 7, sizeof(int), compare, exchange);
	say("sort");
	found = bsearch(&key, numbers, 7, sizeof(int), compare);
	sprintf(calls + strlen(calls), " at %d", (int)(found - numbers));
	say("bsearch");
	found = bsearch(&missing, numbers, 7, sizeof(int), compare);
	sprintf(calls + strlen(calls), " %d", found != NULL);
	say("bsearch");
	for (i = 0; i < 9; i++) {
		items[i].value = (i * 37) % 50;
		list_add_tail(&items[i].list, &head);
	}
	list_sort(NULL, &head, order);
	say("list_sort");
	list_for_each_entry(item, &head, list)
		sprintf(calls + strlen(calls), " %d", item->value);
	say("sorted");
}
static void fifos(void)
{
	struct kfifo fifo;
	STRUCT_KFIFO_REC_1(16) records;
	DECLARE_KFIFO(words, int, 4);
	char buffer[20];
	int error = kfifo_alloc(&fifo, 10, GFP_KERNEL), count, word, i;
	pr_info("alloc %d size %u\n", error, kfifo_size(&fifo));
	count = kfifo_in(&fifo, "0123456789abcdefXYZ", 19);
	pr_info("in %d len %u avail %u full %d\n", count, kfifo_len(&fifo), kfifo_avail(&fifo), kfifo_is_full(&fifo));
	count = kfifo_out_peek(&fifo, buffer, 3);
	pr_info("peek %d %.3s len %u\n", count, buffer, kfifo_len(&fifo));
	count = kfifo_out(&fifo, buffer, 10);
	pr_info("out %d %.10s\n", count, buffer);
	count = kfifo_in(&fifo, "wrapped", 7);
	count = kfifo_out(&fifo, buffer, 20);
	pr_info("out %d %.13s empty %d\n", count, buffer, kfifo_is_empty(&fifo));
	kfifo_free(&fifo);
	pr_info("freed: size %u initialized %d, alloc of 1: %d\n", kfifo_size(&fifo), kfifo_initialized(&fifo), kfifo_alloc(&fifo, 1, GFP_KERNEL));
	INIT_KFIFO(records);
	pr_info("records %u %u %u\n", kfifo_in(&records, "hello", 5), kfifo_in(&records, "kernel", 6), kfifo_in(&records, "third", 5));
	pr_info("next %u avail %u\n", kfifo_peek_len(&records), kfifo_avail(&records));
	count = kfifo_out(&records, buffer, 3);
	pr_info("record %d %.3s, then %u\n", count, buffer, kfifo_peek_len(&records));
	kfifo_skip(&records);
	pr_info("skipped, empty %d, out %u\n", kfifo_is_empty(&records), kfifo_out(&records, buffer, 20));
	INIT_KFIFO(words);
	for (i = 0; i < 6; i++)
		sprintf(calls + strlen(calls), " %d", kfifo_put(&words, i * 11));
	count = kfifo_peek(&words, &word);
	sprintf(calls + strlen(calls), " peek %d %d", count, word);
	while (kfifo_get(&words, &word))
		sprintf(calls + strlen(calls), " %d", word);
	say("words");
}
static void texts(void)
{
	static const char *globs[][2] = { { "a*b?c", "axxbyc" }, { "[!a-c]*", "dog" }, { "[]x]", "]" }, { "a[b", "a[b" }, { "\\*", "*" }, { "*.ko", "a.ko.xz" }, { "", "" } };
	char out[80], line[] = "a-b-c";
	int i, count;
	char **words;
	for (i = 0; i < ARRAY_SIZE(globs); i++)
		sprintf(calls + strlen(calls), " %d", glob_match(globs[i][0], globs[i][1]));
	say("glob");
	count = string_escape_mem("a\tb\"\\\x01\x80z", 8, out, sizeof(out), ESCAPE_ANY, NULL);
	pr_info("escape %d %.*s\n", count, count, out);
	count = string_escape_mem("a\tb\"\\\x01z", 7, out, sizeof(out), ESCAPE_HEX | ESCAPE_NP, NULL);
	pr_info("escape %d %.*s\n", count, count, out);
	count = string_escape_mem("key=va lue", 10, out, 5, ESCAPE_HEX, " =");
	pr_info("escape %d %.*s\n", count, 5, out);
	count = string_unescape("\\x41\\101\\n\\q\\\\end", out, sizeof(out), UNESCAPE_ANY);
	pr_info("unescape %d %*ph\n", count, count, out);
	words = argv_split(GFP_KERNEL, "  one two\tthree ", &count);
	pr_info("words %d %s|%s|%s|%d\n", count, words[0], words[1], words[2], words[3] == NULL);
	argv_free(words);
	pr_info("replace %s\n", (strreplace(line, '-', '_'), line));
	*bin2hex(out, "\x01\xab\xff", 3) = 0;
	pr_info("bin2hex %s\n", out);
	count = mac_pton("01:23:45:67:89:Ab", out);
	pr_info("mac %d %pM, %d\n", count, out, mac_pton("01:23:45:67:89", out));
}
static void numbers(void)
{
	struct rnd_state state = { 100, 200, 300, 400 };
	siphash_key_t key = { { 0x0706050403020100ULL, 0x0f0e0d0c0b0a0908ULL } };
	hsiphash_key_t hkey = { { 0x0706050403020100ULL, 0x0f0e0d0c0b0a0908ULL } };
	u8 bytes[6];
	unsigned long n, d;
	uuid_t uuid;
	guid_t guid;
	int error;
	pr_info("gcd %lu %lu lcm %lu %lu %lu pow %llu\n", gcd(48, 180), gcd(0, 7), lcm(6, 10), lcm(0, 3), lcm_not_zero(0, 3), int_pow(3, 13));
	rational_best_approximation(31415, 10000, 500, 500, &n, &d);
	pr_info("rational %lu/%lu\n", n, d);
	error = prandom_u32_state(&state);
	prandom_bytes_state(&state, bytes, 6);
	pr_info("prandom %u %*ph\n", error, 6, bytes);
	pr_info("siphash %llx %llx %llx %x %x\n", siphash("0123456789", 10, &key), siphash_2u64(1, 2, &key), siphash_3u32(1, 2, 3, &key), hsiphash("0123456789", 10, &hkey), hsiphash_3u32(1, 2, 3, &hkey));
	error = uuid_parse("01234567-89ab-cdef-0123-456789abcdef", &uuid);
	pr_info("uuid %d %pUb %*ph\n", error, &uuid, 16, &uuid);
	error = guid_parse("01234567-89ab-cdef-0123-456789abcdef", &guid);
	pr_info("guid %d %pUl %*ph\n", error, &guid, 16, &guid);
	pr_info("invalid %d %d\n", uuid_parse("01234567-89ab-cdef-0123_456789abcdef", &uuid), uuid_is_valid("nothing"));
}
static int __init library_init(void)
{
	sorts();
	fifos();
	texts();
	numbers();
	return 0;
}
static void __exit library_exit(void)
{
}
module_init(library_init);
module_exit(library_exit);
MODULE_LICENSE("GPL");
