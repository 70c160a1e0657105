/* Signals to kernel threads, and tasks found by their pids. */
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/pid.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>

static struct task_struct *deaf, *listens, *waits;
static DECLARE_WAIT_QUEUE_HEAD(queue);

static int deaf_thread(void *data)
{
	while (!kthread_should_stop()) {
		pr_info("deaf pending %d\n", signal_pending(current));
		pr_info("deaf slept %d\n", msleep_interruptible(20000) > 0);
	}
	return 5;
}

static int listening_thread(void *data)
{
	int signal;

	allow_signal(SIGUSR1);
	allow_signal(SIGKILL);
	while (!kthread_should_stop()) {
		long left = msleep_interruptible(10000);

		pr_info("listens left %d pending %d fatal %d\n", left > 0, signal_pending(current),
			fatal_signal_pending(current));
		if (!signal_pending(current))
			continue;
		signal = kernel_dequeue_signal();
		pr_info("signal %d more %d\n", signal, signal_pending(current));
		if (signal == SIGKILL)
			break;
	}
	while (!kthread_should_stop())
		msleep(10);
	return 6;
}

static int waiting_thread(void *data)
{
	allow_signal(SIGTERM);
	pr_info("wait gave %d\n", wait_event_interruptible(queue, kthread_should_stop()));
	pr_info("pending %d\n", signal_pending(current));
	flush_signals(current);
	pr_info("pending %d\n", signal_pending(current));
	pr_info("wait gave %d\n", wait_event_interruptible(queue, kthread_should_stop()));
	return 7;
}

static int __init begin(void)
{
	struct pid *pid;
	struct task_struct *task;

	pid = find_get_pid(1);
	task = pid_task(pid, PIDTYPE_PID);
	pr_info("pid 1 %s %d count %d\n", task ? task->comm : "none", pid_nr(pid), refcount_read(&pid->count) > 1);
	put_pid(pid);
	pid = find_vpid(current->pid);
	task = pid_task(pid, PIDTYPE_PID);
	pr_info("own %d %s %d\n", task == current, task->comm, pid == task_pid(current));
	task = get_pid_task(task_pid(current), PIDTYPE_PID);
	pr_info("get_pid_task %d\n", task == current);
	put_task_struct(task);
	pr_info("no pid %d %d\n", find_get_pid(30000) == NULL, pid_task(NULL, PIDTYPE_PID) == NULL);
	deaf = kthread_run(deaf_thread, NULL, "deaf");
	listens = kthread_run(listening_thread, NULL, "listens");
	waits = kthread_run(waiting_thread, NULL, "waits");
	msleep(20);
	pr_info("to deaf %d\n", send_sig(SIGUSR1, deaf, 0));
	msleep(20);
	pr_info("to listens %d\n", send_sig(SIGUSR1, listens, 0));
	msleep(20);
	pr_info("not allowed %d\n", send_sig(SIGUSR2, listens, 0));
	msleep(20);
	pr_info("to waits %d\n", kill_pid(task_pid(waits), SIGTERM, 1));
	msleep(20);
	pr_info("kill %d\n", kill_pid(find_vpid(listens->pid), SIGKILL, 1));
	msleep(20);
	pr_info("no such %d\n", kill_pid(NULL, SIGTERM, 1));
	return 0;
}

static void __exit end(void)
{
	pr_info("deaf %d\n", kthread_stop(deaf));
	pr_info("listens %d\n", kthread_stop(listens));
	pr_info("waits %d\n", kthread_stop(waits));
}

module_init(begin);
module_exit(end);
MODULE_LICENSE("GPL");
