import { EINVAL, ENODEV } from '../../abi/negative-errno.ts';
import { addTaint } from '../../kernel/log/taint.ts';
import { subsystem } from '../../kernel/subsystem.ts';
import type { Address } from '../../memory/address.ts';
import { MEMORY_SIZE, PAGE_OFFSET } from '../core/kernel-data/kernel-data.ts';
import { START_KERNEL_MAP } from '../core/kernel-data/page-frames.ts';
import { allocatePercpu, freePercpu, PERCPU_BASE, type PercpuState } from '../core/kernel-data/percpu.ts';
import { type GuestCall, nothing, rowsOf, zero } from '../kernel-function.ts';
import { setStaticKey } from './static-keys.ts';

/** `KERNEL_IMAGE_SIZE`, arch/x86/include/asm/page_64_types.h. */
const KERNEL_IMAGE_SIZE = 1 << 30;

const percpuState = subsystem<PercpuState>('percpu', () => ({ next: 0, sizes: {}, free: {} }));

/** `__get_task_comm(buf, size, task)`. */
function getTaskComm(call: GuestCall): Address {
  const [buffer, size, task] = [call.pointer(0), call.size(1), call.pointer(2)];
  const comm = call.session.at(task, 'task_struct', 'comm');
  call.memory.view(buffer, Math.min(size, 16), 'write').set(call.memory.view(comm, Math.min(size, 16), 'read'));
  return buffer;
}

/** Whether the direct map or the kernel image has an address. */
function isDirectMapped(address: Address): boolean {
  const inMemory = address >= PAGE_OFFSET && address < PAGE_OFFSET + MEMORY_SIZE;
  return inMemory || (address >= START_KERNEL_MAP && address < START_KERNEL_MAP + KERNEL_IMAGE_SIZE);
}

/** Small services of the kernel that modules ask for. */
export const kernelServiceFunctions = () => [
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
    ['void free_percpu(void *ptr)', (call) => freePercpu(percpuState(call.kernel), call.pointer(0))],
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
  ...rowsOf('fs/exec.c', [['char *__get_task_comm(char *buf, size_t size, struct task_struct *tsk)', getTaskComm]]),
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
    ['bool __virt_addr_valid(unsigned long x)', (call) => isDirectMapped(call.pointer(0))],
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
  ...rowsOf('drivers/cpufreq/cpufreq.c', [
    ['const char *cpufreq_get_current_driver(void)', zero],
    ['int cpufreq_register_driver(struct cpufreq_driver *driver_data)', () => ENODEV],
  ]),
  ...rowsOf('kernel/panic.c', [
    [
      'void add_taint(unsigned int flag, enum lockdep_ok lockdep_ok)',
      (call) =>
        addTaint(call.kernel, call.unsigned(0), call.int(1) === 0 ? 'LOCKDEP_STILL_OK' : 'LOCKDEP_NOW_UNRELIABLE'),
    ],
  ]),
  ...rowsOf('kernel/async.c', [['void async_synchronize_full(void)', nothing]]),
];
