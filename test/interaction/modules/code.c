/* Shows the machine code of its own functions as the loader has patched it. */
#include <linux/module.h>
#include <linux/atomic.h>
#include <linux/jump_label.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/spinlock.h>
#include <linux/uaccess.h>

static atomic_t counter;
static DEFINE_SPINLOCK(lock);
static DEFINE_STATIC_KEY_FALSE(off_key);
static DEFINE_STATIC_KEY_TRUE(on_key);
static int (*pointer)(int);
static int user_value;

#define CODE __attribute__((noipa, aligned(64)))
static CODE int plain(int a) { return a + 1; }
static CODE int through(int a) { return pointer(a) + 1; }
static CODE int tail(int a) { return pointer(a); }
static CODE void locked(void) { atomic_inc(&counter); atomic_cmpxchg(&counter, 1, 2); set_bit(3, (unsigned long *)&counter); }
static CODE unsigned long flags(void) { unsigned long f; local_irq_save(f); local_irq_restore(f); return f; }
static CODE void spin(void) { spin_lock(&lock); spin_unlock(&lock); }
static CODE void spin_irq(void) { spin_lock_irq(&lock); spin_unlock_irq(&lock); }
static CODE void sleeps(void) { might_sleep(); cond_resched(); }
static CODE int keys(void) { return (static_branch_unlikely(&off_key) ? 1 : 0) + (static_branch_likely(&on_key) ? 2 : 0); }
static CODE int user(int __user *p) { int v = 0; get_user(v, p); put_user(v, p); return v; }
static CODE int bits(unsigned long a) { return hweight64(a) + ffs(a) + fls64(a); }
static CODE int unsafe(int __user *p) { int v = 0; if (!user_access_begin(p, 4)) return -1; unsafe_get_user(v, p, bad); bad: user_access_end(); return v; }
static CODE void barriers(void) { mb(); rmb(); wmb(); smp_mb(); }
static CODE void copy(char *a, char *b, unsigned long n) { memcpy(a, b, n); memset(a, 0, n); }
static CODE unsigned long long stamp(void) { return rdtsc_ordered(); }
static CODE u64 msr(void) { return native_read_msr(0x10); }

/* What depends on features of the processor is not shown: bits, unsafe, stamp. */
#define SHOW(f) pr_info("%-8s %48phN\n", #f, (void *)f)
static int __init begin(void)
{
	pointer = plain;
	SHOW(plain); SHOW(through); SHOW(tail); SHOW(locked); SHOW(flags); SHOW(spin); SHOW(spin_irq); SHOW(sleeps); SHOW(keys);
	SHOW(user); SHOW(barriers); SHOW(copy);
	static_branch_enable(&off_key); static_branch_disable(&on_key); SHOW(keys);
	pr_info("%d %d %d %d %d\n", plain(1), through(2), tail(3), keys(), bits(0xf0));
	locked(); spin(); spin_irq(); sleeps(); barriers(); pr_info("%d %d\n", atomic_read(&counter), flags() != 0);
	return 0;
}
static void __exit end(void) { (void)user_value; (void)user; (void)unsafe; (void)copy; (void)msr; (void)unsafe; (void)stamp; }
module_init(begin);
module_exit(end);
MODULE_LICENSE("GPL");
