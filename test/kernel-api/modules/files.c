#include <linux/module.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include <linux/debugfs.h>
#include <linux/kobject.h>
#include <linux/sysfs.h>
#include <linux/cdev.h>
#include <linux/device.h>
#include <linux/miscdevice.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/platform_device.h>
#include <linux/notifier.h>
#include <linux/list.h>
#include <linux/idr.h>
#include <linux/rbtree.h>
#include <linux/poll.h>
static char msg[64]="first\n"; static struct proc_dir_entry *d; static u32 val=5; static bool bl; static struct dentry *dd; static struct kobject *ko; static int foo=3;
static ssize_t pr(struct file*f,char __user*b,size_t n,loff_t*o){ return simple_read_from_buffer(b,n,o,msg,strlen(msg)); }
static ssize_t pw(struct file*f,const char __user*b,size_t n,loff_t*o){ if(n>63)n=63; if(copy_from_user(msg,b,n)) return -EFAULT; msg[n]=0; pr_info("proc write %zu\n",n); return n; }
static const struct proc_ops po={.proc_read=pr,.proc_write=pw};
static void *ss(struct seq_file*s,loff_t*p){ return *p<3?p:NULL; } static void *sn(struct seq_file*s,void*v,loff_t*p){ ++*p; return *p<3?p:NULL; } static void st(struct seq_file*s,void*v){ } static int sh(struct seq_file*s,void*v){ seq_printf(s,"item %lld\n",*(loff_t*)v); return 0; }
static const struct seq_operations so={.start=ss,.next=sn,.stop=st,.show=sh};
static int sopen(struct inode*i,struct file*f){ return seq_open(f,&so); } static const struct proc_ops sp={.proc_open=sopen,.proc_read=seq_read,.proc_lseek=seq_lseek,.proc_release=seq_release};
static int one(struct seq_file*s,void*v){ seq_puts(s,"single "); seq_putc(s,'x'); seq_printf(s," %s\n",(char*)s->private); return 0; }
static int oopen(struct inode*i,struct file*f){ return single_open(f,one,pde_data(i)); } static const struct proc_ops op={.proc_open=oopen,.proc_read=seq_read,.proc_lseek=seq_lseek,.proc_release=single_release};
static ssize_t fshow(struct kobject*k,struct kobj_attribute*a,char*b){ return sysfs_emit(b,"%d\n",foo); } static ssize_t fstore(struct kobject*k,struct kobj_attribute*a,const char*b,size_t n){ int r=kstrtoint(b,10,&foo); if(r) return r; return n; }
static struct kobj_attribute fa=__ATTR(foo,0664,fshow,fstore); static struct attribute *at[]={&fa.attr,NULL}; static struct attribute_group ag={.attrs=at};
static dev_t dev; static struct cdev cd; static struct class *cl; static char *kb;
static int co(struct inode*i,struct file*f){ struct cdev *c=i->i_cdev; pr_info("cdev open %d:%d same %d\n",imajor(i),iminor(i),c==&cd); f->private_data=kb; return 0; }
static ssize_t cr(struct file*f,char __user*b,size_t n,loff_t*o){ char*k=f->private_data; size_t l=strlen(k); if(*o>=l) return 0; n=min(n,l-(size_t)*o); if(copy_to_user(b,k+*o,n)) return -EFAULT; *o+=n; return n; }
static const struct file_operations cf={.owner=THIS_MODULE,.open=co,.read=cr};
static ssize_t mr(struct file*f,char __user*b,size_t n,loff_t*o){ static const char t[]="misc\n"; return simple_read_from_buffer(b,n,o,t,5);} static const struct file_operations mf={.owner=THIS_MODULE,.read=mr};
static struct miscdevice md={.minor=MISC_DYNAMIC_MINOR,.name="mymisc",.fops=&mf,.mode=0666};
static ssize_t dshow(struct device*dv,struct device_attribute*a,char*b){ return sprintf(b,"devattr %s\n",dev_name(dv)); } static DEVICE_ATTR(hello,0444,dshow,NULL);
static int pp(struct platform_device*p){ dev_info(&p->dev,"probed id %d\n",p->id); return 0; } static int prm(struct platform_device*p){ dev_info(&p->dev,"removed\n"); return 0; }
static struct platform_driver pdr={.probe=pp,.remove=prm,.driver={.name="mypdev"}}; static struct platform_device *pd;
static int nb(struct notifier_block*n,unsigned long e,void*p){ pr_info("module event %lu %s\n",e,((struct module*)p)->name); return 0; } static struct notifier_block nbk={.notifier_call=nb};
struct it{int v; struct list_head l; struct rb_node r;}; static LIST_HEAD(li); static DEFINE_IDR(idr);
static int __init i(void){ int k,r; struct it*x,*y; struct rb_root rt=RB_ROOT; struct device *dv; struct rb_node *nd;
 proc_create("myproc",0644,NULL,&po); d=proc_mkdir("mydir",NULL); proc_create("seq",0,d,&sp); proc_create_data("one",0,d,&op,"data"); proc_create_single("sg",0,d,one);
 dd=debugfs_create_dir("mydbg",NULL); debugfs_create_u32("val",0644,dd,&val); debugfs_create_x32("hex",0644,dd,&val); debugfs_create_bool("b",0644,dd,&bl);
 ko=kobject_create_and_add("myko",kernel_kobj); r=sysfs_create_group(ko,&ag); pr_info("group %d\n",r);
 kb=kasprintf(GFP_KERNEL,"cdev %s\n","data"); r=alloc_chrdev_region(&dev,0,2,"mycdev"); pr_info("major %d r %d\n",MAJOR(dev),r); cdev_init(&cd,&cf); cdev_add(&cd,dev,2); cl=class_create(THIS_MODULE,"mycls"); dv=device_create(cl,NULL,dev,NULL,"mycdev%d",0); r=device_create_file(dv,&dev_attr_hello); pr_info("devfile %d %s\n",r,dev_name(dv));
 r=misc_register(&md); pr_info("misc %d minor %d\n",r,md.minor); platform_driver_register(&pdr); pd=platform_device_register_simple("mypdev",-1,NULL,0); pr_info("pdev %d\n",IS_ERR(pd)); register_module_notifier(&nbk);
 for(k=0;k<5;k++){ struct rb_node **n=&rt.rb_node,*p=NULL; x=kzalloc(sizeof*x,GFP_KERNEL); x->v=(k*3)%5; list_add_tail(&x->l,&li); while(*n){p=*n; n=x->v<rb_entry(p,struct it,r)->v?&p->rb_left:&p->rb_right;} rb_link_node(&x->r,p,n); rb_insert_color(&x->r,&rt); pr_info("idr %d\n",idr_alloc(&idr,x,1,0,GFP_KERNEL)); }
 for(nd=rb_first(&rt);nd;nd=rb_next(nd)) pr_cont(" %d",rb_entry(nd,struct it,r)->v); pr_cont("\n");
 list_for_each_entry_safe(x,y,&li,l){ rb_erase(&x->r,&rt); list_del(&x->l); kfree(x);} pr_info("idr_find %d empty %d\n",idr_find(&idr,3)!=NULL,RB_EMPTY_ROOT(&rt)); idr_destroy(&idr); return 0; }
static void __exit e(void){ unregister_module_notifier(&nbk); platform_device_unregister(pd); platform_driver_unregister(&pdr); misc_deregister(&md); device_destroy(cl,dev); class_destroy(cl); cdev_del(&cd); unregister_chrdev_region(dev,2); kfree(kb); sysfs_remove_group(ko,&ag); kobject_put(ko); debugfs_remove_recursive(dd); remove_proc_subtree("mydir",NULL); remove_proc_entry("myproc",NULL); pr_info("bye\n"); }
module_init(i); module_exit(e); MODULE_LICENSE("GPL");
