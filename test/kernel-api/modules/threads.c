#include <linux/module.h>
#include <linux/kthread.h>
#include <linux/delay.h>
#include <linux/completion.h>
#include <linux/timer.h>
#include <linux/workqueue.h>
#include <linux/interrupt.h>
#include <linux/hrtimer.h>
#include <linux/wait.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
static struct task_struct *t; static DECLARE_COMPLETION(c); static struct timer_list tm; static int n;
static DECLARE_WAIT_QUEUE_HEAD(wq); static int flag;
static void wf(struct work_struct *w){ pr_info("work in %s in_interrupt %d\n",current->comm,!!in_interrupt()); msleep(5); pr_info("work after sleep\n"); flag=1; wake_up(&wq);} static DECLARE_WORK(w,wf);
static void dwf(struct work_struct *w){ pr_info("delayed work\n"); } static DECLARE_DELAYED_WORK(dw,dwf);
static void tf(struct timer_list *x){ pr_info("timer %d in_interrupt %d\n",++n,!!in_interrupt()); if(n<3) mod_timer(&tm,jiffies+HZ); }
static void tl(struct tasklet_struct *x){ pr_info("tasklet\n"); } static DECLARE_TASKLET(tk,tl);
static struct hrtimer hr; static int hn; static enum hrtimer_restart hf(struct hrtimer*h){ pr_info("hrtimer %d\n",++hn); if(hn>=2) return HRTIMER_NORESTART; hrtimer_forward_now(h,ms_to_ktime(100)); return HRTIMER_RESTART; }
static int fn(void *d){ int i=0; pr_info("thread start %s data %ld\n",current->comm,(long)d); complete(&c); while(!kthread_should_stop()){ pr_info("tick %d\n",i++); msleep(1000);} pr_info("thread stop\n"); return 7; }
static DEFINE_MUTEX(m);
static struct workqueue_struct *q;
static int __init i(void){ unsigned long j=jiffies; int r; struct task_struct *p; int cnt=0;
 t=kthread_run(fn,(void*)42,"mythread/%d",1); if(IS_ERR(t)) return PTR_ERR(t); wait_for_completion(&c); pr_info("completed\n");
 timer_setup(&tm,tf,0); mod_timer(&tm,jiffies+HZ); schedule_work(&w); tasklet_schedule(&tk); schedule_delayed_work(&dw,HZ/2);
 hrtimer_init(&hr,CLOCK_MONOTONIC,HRTIMER_MODE_REL); hr.function=hf; hrtimer_start(&hr,ms_to_ktime(200),HRTIMER_MODE_REL);
 r=wait_event_timeout(wq,flag,HZ); pr_info("wait_event_timeout r>0 %d\n",r>0); r=wait_event_interruptible_timeout(wq,flag==2,HZ/10); pr_info("timed out %d\n",r);
 mutex_lock(&m); pr_info("locked %d try %d\n",mutex_is_locked(&m),mutex_trylock(&m)); mutex_unlock(&m);
 while(time_before(jiffies,j+HZ/2)) cpu_relax(); pr_info("busy done\n");
 while(time_before(jiffies,j+HZ)) schedule(); pr_info("sched done\n"); usleep_range(100,200); ssleep(1);
 q=alloc_workqueue("myq",0,0); queue_work(q,&w); flush_workqueue(q); pr_info("flushed\n");
 for_each_process(p) cnt++; pr_info("procs %d cur %s %d parent %s\n",cnt>0,current->comm,current->pid>0,current->parent->comm);
 return 0; }
static void __exit e(void){ int r; r=kthread_stop(t); pr_info("kthread_stop %d\n",r); del_timer_sync(&tm); cancel_work_sync(&w); cancel_delayed_work_sync(&dw); tasklet_kill(&tk); hrtimer_cancel(&hr); destroy_workqueue(q); pr_info("bye\n"); }
module_init(i); module_exit(e); MODULE_LICENSE("GPL");
