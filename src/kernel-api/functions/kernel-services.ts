import { kfree, kzalloc } from '../../kernel/heap.ts';
import { KERN, printk } from '../../kernel/printk.ts';
import { subsystem } from '../../kernel/subsystem.ts';
import { type Address, addressFromBits } from '../../memory/address.ts';
import { kernelBug, panic } from '../core/oops.ts';
import { allocatePercpu, PERCPU_BASE, type PercpuState } from '../core/percpu.ts';
import { sprintSymbol } from '../core/symbolize.ts';
import { warn } from '../core/warn.ts';
import { type GuestCall, rowsOf } from '../kernel-function.ts';
import { setStaticKey } from './static-keys.ts';

const EINVAL = -22;
const ENOENT = -2;

/** The state of `get_random_*`: a fixed seed, so that the same commands give the same numbers. */
const randomState = subsystem('random', () => ({ seed: 0x2545f491 }));
const percpuState = subsystem<PercpuState>('percpu', () => ({ next: 0 }));

/** xorshift32. */
function random32(call: GuestCall): number {
  const state = randomState(call.kernel);
  let x = state.seed;
  x ^= x << 13;
  x ^= x >>> 17;
  x ^= x << 5;
  state.seed = x >>> 0;
  return state.seed;
}

function randomBytes(call: GuestCall): void {
  const [buffer, size] = [call.pointer(0), call.size(1)];
  if (size === 0) return;
  const bytes = call.memory.view(buffer, size, 'write');
  for (let index = 0; index < size; index++) bytes[index] = random32(call) & 0xff;
}

/** `refcount_warn_saturate`: what each kind of misuse is called. Source: lib/refcount.c. */
const REFCOUNT_WORDS = [
  'refcount_t: saturated; leaking memory.',
  'refcount_t: saturated; leaking memory.',
  'refcount_t: addition on 0; use-after-free.',
  'refcount_t: underflow; use-after-free.',
  'refcount_t: decrement hit 0; leaking memory.',
];

function refcountWarn(call: GuestCall): void {
  const [counter, kind] = [call.pointer(0), call.int(1)];
  call.memory.writeU32(counter, 0xc0000000);
  const message = REFCOUNT_WORDS[kind] ?? 'refcount_t: unknown saturation event!?.';
  if (call.kernel.saidOnce.has(message)) return;
  call.kernel.saidOnce.add(message);
  warn(call.session, {
    place: `lib/refcount.c:${[22, 22, 25, 28, 31][kind] ?? 34}`,
    where: 'refcount_warn_saturate',
    message,
  });
}

/** `kprobe` registration: the probed function must exist, and its code is not ours to change. */
function registerKprobe(call: GuestCall, structure: string): number {
  const { session } = call;
  const base = call.pointer(0) + (structure === 'kretprobe' ? session.fields.offset('kretprobe', 'kp') : 0);
  const name = session.pointerAt(base, 'kprobe', 'symbol_name');
  if (name === 0) return session.pointerAt(base, 'kprobe', 'addr') === 0 ? EINVAL : 0;
  const symbol = call.memory.readCString(name);
  const address = call.kernel.profile.symbolAddress(symbol);
  if (address === undefined) return ENOENT;
  call.memory.writePointer(session.at(base, 'kprobe', 'addr'), address);
  return 0;
}

/** `list_add` with CONFIG_DEBUG_LIST: true when the neighbours agree. */
function listAddValid(call: GuestCall): boolean {
  const [entry, previous, next] = [call.pointer(0), call.pointer(1), call.pointer(2)];
  const { memory } = call;
  return (
    memory.readPointer(next + 8) === previous &&
    memory.readPointer(previous) === next &&
    entry !== previous &&
    entry !== next
  );
}

function listDelValid(call: GuestCall): boolean {
  const entry = call.pointer(0);
  const [next, previous] = [call.memory.readPointer(entry), call.memory.readPointer(entry + 8)];
  return call.memory.readPointer(previous) === entry && call.memory.readPointer(next + 8) === entry;
}

/** `find_next_bit` and its like over words in memory: the first index that is wanted, or the size. */
const findBit =
  (wanted: 0 | 1, offsetIndex: number | undefined) =>
  (call: GuestCall): number => {
    const [base, size] = [call.pointer(0), call.size(1)];
    for (let bit = offsetIndex === undefined ? 0 : call.size(offsetIndex); bit < size; bit++) {
      if (((call.memory.readU8(base + Math.floor(bit / 8)) >> (bit & 7)) & 1) === wanted) return bit;
    }
    return size;
  };

/** `__get_task_comm(buf, size, task)`. */
function getTaskComm(call: GuestCall): Address {
  const [buffer, size, task] = [call.pointer(0), call.size(1), call.pointer(2)];
  const comm = call.session.at(task, 'task_struct', 'comm');
  call.memory.view(buffer, Math.min(size, 16), 'write').set(call.memory.view(comm, Math.min(size, 16), 'read'));
  return buffer;
}

function stackFail(call: GuestCall): void {
  const caller = call.memory.readPointer(addressFromBits(call.cpu.readRegister('rsp')));
  const where = sprintSymbol(call.kernel, caller, 'B');
  panic(call.session, `stack-protector: Kernel stack is corrupted in: ${where}`);
}

const zero = (): number => 0;
const nothing = (): undefined => undefined;

/** Small services of the kernel that modules ask for. */
export const kernelServiceFunctions = [
  ...rowsOf('kernel/panic.c', [['void __stack_chk_fail(void)', stackFail]]),
  ...rowsOf('lib/string_helpers.c', [
    [
      'void fortify_panic(const char *name)',
      (call) => {
        printk(call.kernel, KERN.EMERG, `detected buffer overflow in ${call.string(0)}`);
        kernelBug(call.session, 'lib/string_helpers.c:1027', 'fortify_panic+0xf/0x11');
      },
    ],
    ['void __write_overflow_field(size_t avail, size_t wanted)', nothing],
    ['void __read_overflow2_field(size_t avail, size_t wanted)', nothing],
  ]),
  ...rowsOf('kernel/capability.c', [
    ['bool capable(int cap)', () => 1],
    ['bool ns_capable(struct user_namespace *ns, int cap)', () => 1],
    ['bool file_ns_capable(const struct file *file, struct user_namespace *ns, int cap)', () => 1],
  ]),
  ...rowsOf('kernel/user_namespace.c', [
    ['uid_t from_kuid(struct user_namespace *targ, kuid_t kuid)', (call) => call.unsigned(1)],
    ['uid_t from_kuid_munged(struct user_namespace *targ, kuid_t kuid)', (call) => call.unsigned(1)],
    ['gid_t from_kgid(struct user_namespace *targ, kgid_t kgid)', (call) => call.unsigned(1)],
    ['gid_t from_kgid_munged(struct user_namespace *targ, kgid_t kgid)', (call) => call.unsigned(1)],
    ['kuid_t make_kuid(struct user_namespace *ns, uid_t uid)', (call) => call.unsigned(1)],
    ['kgid_t make_kgid(struct user_namespace *ns, gid_t gid)', (call) => call.unsigned(1)],
  ]),
  ...rowsOf('kernel/cred.c', [
    [
      'struct cred *prepare_creds(void)',
      (call) => {
        const size = call.session.fields.size('cred');
        const fresh = kzalloc(call.kernel, size);
        const old = call.session.pointerAt(call.session.current.address, 'task_struct', 'cred');
        call.memory.view(fresh, size, 'write').set(call.memory.view(old, size, 'read'));
        return fresh;
      },
    ],
    [
      'struct cred *prepare_kernel_cred(struct task_struct *daemon)',
      (call) => kzalloc(call.kernel, call.session.fields.size('cred')),
    ],
    [
      'int commit_creds(struct cred *new)',
      (call) => {
        for (const field of ['cred', 'real_cred']) {
          call.memory.writePointer(
            call.session.at(call.session.current.address, 'task_struct', field),
            call.pointer(0),
          );
        }
        return 0;
      },
    ],
    ['void abort_creds(struct cred *new)', (call) => kfree(call.kernel, call.pointer(0))],
  ]),
  ...rowsOf('drivers/char/random.c', [
    ['void get_random_bytes(void *buf, size_t len)', randomBytes],
    ['u8 get_random_u8(void)', (call) => random32(call) & 0xff],
    ['u16 get_random_u16(void)', (call) => random32(call) & 0xffff],
    ['u32 get_random_u32(void)', random32],
    ['u64 get_random_u64(void)', (call) => (BigInt(random32(call)) << 32n) | BigInt(random32(call))],
  ]),
  ...rowsOf('lib/refcount.c', [
    ['void refcount_warn_saturate(refcount_t *r, enum refcount_saturation_type t)', refcountWarn],
  ]),
  ...rowsOf('lib/list_debug.c', [
    ['bool __list_add_valid(struct list_head *new, struct list_head *prev, struct list_head *next)', listAddValid],
    ['bool __list_del_entry_valid(struct list_head *entry)', listDelValid],
  ]),
  ...rowsOf('lib/find_bit.c', [
    ['unsigned long _find_first_bit(const unsigned long *addr, unsigned long size)', findBit(1, undefined)],
    ['unsigned long _find_first_zero_bit(const unsigned long *addr, unsigned long size)', findBit(0, undefined)],
    [
      'unsigned long _find_next_bit(const unsigned long *addr, unsigned long nbits, unsigned long start)',
      findBit(1, 2),
    ],
    [
      'unsigned long _find_next_zero_bit(const unsigned long *addr, unsigned long nbits, unsigned long start)',
      findBit(0, 2),
    ],
  ]),
  ...rowsOf('lib/bitmap.c', [
    [
      'unsigned long *bitmap_zalloc(unsigned int nbits, gfp_t flags)',
      (call) => kzalloc(call.kernel, Math.ceil(call.unsigned(0) / 64) * 8),
    ],
    [
      'unsigned long *bitmap_alloc(unsigned int nbits, gfp_t flags)',
      (call) => kzalloc(call.kernel, Math.ceil(call.unsigned(0) / 64) * 8),
    ],
    ['void bitmap_free(const unsigned long *bitmap)', (call) => kfree(call.kernel, call.pointer(0))],
  ]),
  ...rowsOf('mm/percpu.c', [
    [
      'void *__alloc_percpu(size_t size, size_t align)',
      (call) =>
        PERCPU_BASE + allocatePercpu(call.kernel, percpuState(call.kernel), call.size(0), Math.max(1, call.size(1))),
    ],
    [
      'void *__alloc_percpu_gfp(size_t size, size_t align, gfp_t gfp)',
      (call) =>
        PERCPU_BASE + allocatePercpu(call.kernel, percpuState(call.kernel), call.size(0), Math.max(1, call.size(1))),
    ],
    ['void free_percpu(void *ptr)', nothing],
  ]),
  ...rowsOf('lib/percpu_counter.c', [
    ['int __percpu_counter_init(struct percpu_counter *fbc, s64 amount, gfp_t gfp, struct lock_class_key *key)', zero],
    ['void percpu_counter_destroy(struct percpu_counter *fbc)', nothing],
  ]),
  ...rowsOf('kernel/jump_label.c', [
    ['void static_key_enable(struct static_key *key)', (call) => setStaticKey(call.session, call.pointer(0), true)],
    ['void static_key_disable(struct static_key *key)', (call) => setStaticKey(call.session, call.pointer(0), false)],
    ['void static_key_slow_inc(struct static_key *key)', (call) => setStaticKey(call.session, call.pointer(0), true)],
    ['void static_key_slow_dec(struct static_key *key)', (call) => setStaticKey(call.session, call.pointer(0), false)],
    ['int static_key_count(struct static_key *key)', (call) => call.memory.readU32(call.pointer(0))],
  ]),
  ...rowsOf('kernel/kprobes.c', [
    ['int register_kprobe(struct kprobe *p)', (call) => registerKprobe(call, 'kprobe')],
    ['void unregister_kprobe(struct kprobe *p)', nothing],
    ['int register_kretprobe(struct kretprobe *rp)', (call) => registerKprobe(call, 'kretprobe')],
    ['void unregister_kretprobe(struct kretprobe *rp)', nothing],
    ['int enable_kprobe(struct kprobe *kp)', zero],
    ['int disable_kprobe(struct kprobe *kp)', zero],
  ]),
  ...rowsOf('fs/exec.c', [['char *__get_task_comm(char *buf, size_t size, struct task_struct *tsk)', getTaskComm]]),
  ...rowsOf('fs/open.c', [
    ['struct file *filp_open(const char *filename, int flags, umode_t mode)', () => ENOENT],
    ['int filp_close(struct file *filp, fl_owner_t id)', zero],
    ['int nonseekable_open(struct inode *inode, struct file *filp)', zero],
    ['int stream_open(struct inode *inode, struct file *filp)', zero],
  ]),
  ...rowsOf('fs/libfs.c', [
    ['int simple_pin_fs(struct file_system_type *type, struct vfsmount **mount, int *count)', pinFileSystem],
    ['void simple_release_fs(struct vfsmount **mount, int *count)', nothing],
    [
      'int simple_open(struct inode *inode, struct file *file)',
      (call) => {
        const data = call.session.pointerAt(call.pointer(0), 'inode', 'i_private');
        if (data !== 0) call.memory.writePointer(call.session.at(call.pointer(1), 'file', 'private_data'), data);
        return 0;
      },
    ],
  ]),
  ...rowsOf('fs/fcntl.c', [
    ['int fasync_helper(int fd, struct file *filp, int on, struct fasync_struct **fapp)', zero],
    ['void kill_fasync(struct fasync_struct **fp, int sig, int band)', nothing],
  ]),
  ...rowsOf('fs/read_write.c', [
    [
      'loff_t noop_llseek(struct file *file, loff_t offset, int whence)',
      (call) => call.memory.readU64(call.session.at(call.pointer(0), 'file', 'f_pos')),
    ],
    ['loff_t default_llseek(struct file *file, loff_t offset, int whence)', seek],
    ['loff_t generic_file_llseek(struct file *file, loff_t offset, int whence)', seek],
    ['loff_t fixed_size_llseek(struct file *file, loff_t offset, int whence, loff_t size)', seek],
  ]),
  ...rowsOf('kernel/signal.c', [
    ['int send_sig(int sig, struct task_struct *p, int priv)', zero],
    ['int send_sig_info(int sig, struct kernel_siginfo *info, struct task_struct *p)', zero],
    ['void kernel_sigaction(int sig, void (*action)(int))', nothing],
  ]),
  ...rowsOf('kernel/pid.c', [
    ['struct pid *find_get_pid(int nr)', zero],
    ['struct task_struct *pid_task(struct pid *pid, enum pid_type type)', zero],
  ]),
  ...rowsOf('kernel/sysctl.c', [
    [
      'struct ctl_table_header *register_sysctl(const char *path, struct ctl_table *table)',
      (call) => kzalloc(call.kernel, 256),
    ],
    ['struct ctl_table_header *register_sysctl_table(struct ctl_table *table)', (call) => kzalloc(call.kernel, 256)],
    [
      'struct ctl_table_header *register_net_sysctl(struct net *net, const char *path, struct ctl_table *table)',
      (call) => kzalloc(call.kernel, 256),
    ],
    ['void unregister_sysctl_table(struct ctl_table_header *header)', nothing],
    ['void unregister_net_sysctl_table(struct ctl_table_header *header)', nothing],
  ]),
  ...rowsOf('arch/x86/kernel/fpu/core.c', [
    ['void kernel_fpu_begin_mask(unsigned int kfpu_mask)', nothing],
    ['void kernel_fpu_end(void)', nothing],
    ['bool irq_fpu_usable(void)', () => 1],
  ]),
  ...rowsOf('kernel/cpu.c', [
    [
      'int __cpuhp_setup_state(enum cpuhp_state state, const char *name, bool invoke, int (*startup)(unsigned int cpu), int (*teardown)(unsigned int cpu), bool multi_instance)',
      zero,
    ],
    ['void __cpuhp_remove_state(enum cpuhp_state state, bool invoke)', nothing],
    ['void cpus_read_lock(void)', nothing],
    ['void cpus_read_unlock(void)', nothing],
  ]),
  ...rowsOf('arch/x86/kernel/cpu/match.c', [
    ['const struct x86_cpu_id *x86_match_cpu(const struct x86_cpu_id *match)', zero],
  ]),
  ...rowsOf('arch/x86/mm/physaddr.c', [
    ['bool __virt_addr_valid(unsigned long x)', (call) => call.memory.find(call.pointer(0)) !== undefined],
  ]),
  ...rowsOf('drivers/pci/search.c', [
    ['struct pci_dev *pci_get_device(unsigned int vendor, unsigned int device, struct pci_dev *from)', zero],
    ['struct pci_dev *pci_get_class(unsigned int class, struct pci_dev *from)', zero],
    ['void pci_dev_put(struct pci_dev *dev)', nothing],
  ]),
  ...rowsOf('drivers/firmware/dmi_scan.c', [
    ['int dmi_check_system(const struct dmi_system_id *list)', zero],
    ['const struct dmi_system_id *dmi_first_match(const struct dmi_system_id *list)', zero],
    ['const char *dmi_get_system_info(int field)', zero],
    ['bool dmi_match(enum dmi_field f, const char *str)', zero],
    ['int dmi_name_in_vendors(const char *str)', zero],
  ]),
  ...rowsOf('drivers/gpio/gpiolib-legacy.c', [
    ['int gpio_request(unsigned gpio, const char *label)', () => -517],
    ['int gpio_request_array(const struct gpio *array, size_t num)', () => -517],
    ['void gpio_free(unsigned gpio)', nothing],
    ['void gpio_free_array(const struct gpio *array, size_t num)', nothing],
    ['struct gpio_desc *gpio_to_desc(unsigned gpio)', zero],
  ]),
  ...rowsOf('drivers/gpio/gpiolib.c', [
    ['void gpiod_set_raw_value(struct gpio_desc *desc, int value)', nothing],
    ['int gpiod_get_raw_value(const struct gpio_desc *desc)', zero],
    ['int gpiod_to_irq(const struct gpio_desc *desc)', () => EINVAL],
    ['int gpiod_direction_output_raw(struct gpio_desc *desc, int value)', zero],
    ['int gpiod_direction_input(struct gpio_desc *desc)', zero],
  ]),
  ...rowsOf('block/genhd.c', [
    [
      'int __register_blkdev(unsigned int major, const char *name, void (*probe)(dev_t devt))',
      (call) => (call.unsigned(0) === 0 ? 254 : 0),
    ],
    ['void unregister_blkdev(unsigned int major, const char *name)', nothing],
  ]),
  ...rowsOf('net/core/rtnetlink.c', [
    ['void rtnl_lock(void)', nothing],
    ['void rtnl_unlock(void)', nothing],
    ['int rtnl_trylock(void)', () => 1],
    [
      'int rtnl_register_module(struct module *owner, int protocol, int msgtype, rtnl_doit_func doit, rtnl_dumpit_func dumpit, unsigned int flags)',
      zero,
    ],
    ['void rtnl_unregister_all(int protocol)', nothing],
  ]),
  ...rowsOf('kernel/async.c', [['void async_synchronize_full(void)', nothing]]),
];

/** `simple_pin_fs`: a mount with a root directory that has an inode. */
function pinFileSystem(call: GuestCall): number {
  const { session, memory, kernel } = call;
  const [place, count] = [call.pointer(1), call.pointer(2)];
  memory.writeU32(count, memory.readU32(count) + 1);
  if (memory.readPointer(place) !== 0) return 0;
  const make = (structure: string): Address => kzalloc(kernel, session.fields.size(structure) || 256);
  const [mount, root, inode, superBlock] = [make('vfsmount'), make('dentry'), make('inode'), make('super_block')];
  memory.writePointer(session.at(mount, 'vfsmount', 'mnt_root'), root);
  memory.writePointer(session.at(mount, 'vfsmount', 'mnt_sb'), superBlock);
  memory.writePointer(session.at(root, 'dentry', 'd_inode'), inode);
  memory.writePointer(session.at(root, 'dentry', 'd_sb'), superBlock);
  memory.writePointer(session.at(root, 'dentry', 'd_parent'), root);
  memory.writePointer(session.at(inode, 'inode', 'i_sb'), superBlock);
  memory.writePointer(place, mount);
  return 0;
}

function seek(call: GuestCall): bigint | number {
  const [file, offset, whence] = [call.pointer(0), call.signedLong(1), call.int(2)];
  const position = call.session.at(file, 'file', 'f_pos');
  const base = whence === 1 ? call.memory.readU64(position) : 0n;
  const target = base + offset;
  if (whence > 2 || target < 0n) return EINVAL;
  call.memory.writeU64(position, target);
  return target;
}
