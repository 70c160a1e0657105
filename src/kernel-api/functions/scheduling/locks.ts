import { subsystem } from '../../../kernel/subsystem.ts';
import type { Address } from '../../../memory/address.ts';
import { preemptCount, setPreemptCount } from '../../core/kernel-data/percpu.ts';
import { leastPreemptCount } from '../../core/tasks/schedule-bug.ts';
import { sleep, wake } from '../../core/tasks/scheduler.ts';
import { findTask } from '../../core/tasks/tasks.ts';
import { type GuestCall, type KernelFunction, rowsOf } from '../../kernel-function.ts';
import { initListHead } from '../../lists.ts';

/** `SOFTIRQ_DISABLE_OFFSET`, include/linux/preempt.h. */
const SOFTIRQ_DISABLE_OFFSET = 0x200;
const IF = 0x200n;

/** Tasks that wait for a lock, by its address: their task_structs, first come first. */
const lockState = subsystem('locks', () => ({ waiters: {} as Record<string, Address[]> }));

function addPreempt(call: GuestCall, amount: number): void {
  setPreemptCount(call.kernel, Math.max(leastPreemptCount(call.session), preemptCount(call.kernel) + amount));
}

function setInterrupts(call: GuestCall, on: boolean): bigint {
  const flags = call.cpu.readRegister('eflags');
  call.cpu.writeRegister('eflags', on ? flags | IF : flags & ~IF);
  return flags;
}

/** Takes a spinning lock on a machine with one processor: only the counters and the lock word change. */
const spinLock =
  (amount: number, irq: 'keep' | 'off'): KernelFunction =>
  (call) => {
    addPreempt(call, amount);
    if (irq === 'off') setInterrupts(call, false);
    call.memory.writeU32(call.pointer(0), 1);
  };

const spinUnlock =
  (amount: number, irq: 'keep' | 'on'): KernelFunction =>
  (call) => {
    call.memory.writeU32(call.pointer(0), 0);
    if (irq === 'on') setInterrupts(call, true);
    addPreempt(call, -amount);
  };

const lockIrqsave: KernelFunction = (call) => {
  const flags = setInterrupts(call, false);
  addPreempt(call, 1);
  call.memory.writeU32(call.pointer(0), 1);
  return flags;
};

const unlockIrqrestore: KernelFunction = (call) => {
  call.memory.writeU32(call.pointer(0), 0);
  setInterrupts(call, (call.long(1) & IF) !== 0n);
  addPreempt(call, -1);
};

const trylock: KernelFunction = (call) => {
  if (call.memory.readU32(call.pointer(0)) !== 0) return 0;
  addPreempt(call, 1);
  call.memory.writeU32(call.pointer(0), 1);
  return 1;
};

/** Sleeps until the lock at an address is handed over. Interruptible waits may end with -EINTR. */
function waitForLock(call: GuestCall, lock: Address, interruptible: boolean): bigint {
  const { session } = call;
  const { waiters } = lockState(call.kernel);
  waiters[lock] ??= [];
  waiters[lock].push(session.current.address);
  call.memory.writeU32(session.at(session.current.address, 'task_struct', '__state'), interruptible ? 1 : 2);
  return sleep(session, { timedOut: '0', woken: '0' });
}

/** The longest waiting task of a lock is woken and owns it now. */
function handOver(call: GuestCall, lock: Address): Address {
  const { waiters } = lockState(call.kernel);
  const next = waiters[lock]?.shift();
  if (waiters[lock]?.length === 0) delete waiters[lock];
  const task = next === undefined ? undefined : findTask(call.kernel, next);
  if (task) wake(call.session, task);
  return task?.address ?? 0;
}

const mutexLock =
  (interruptible: boolean): KernelFunction =>
  (call) => {
    const lock = call.pointer(0);
    const self = call.session.current.address;
    if (call.memory.readPointer(lock) === 0) call.memory.writePointer(lock, self);
    else waitForLock(call, lock, interruptible);
    return 0;
  };

const mutexUnlock: KernelFunction = (call) => {
  const lock = call.pointer(0);
  call.memory.writePointer(lock, handOver(call, lock));
};

const mutexTrylock: KernelFunction = (call) => {
  const lock = call.pointer(0);
  if (call.memory.readPointer(lock) !== 0) return 0;
  call.memory.writePointer(lock, call.session.current.address);
  return 1;
};

/** Where a semaphore's count is: `struct semaphore`. */
function semaphoreCount(call: GuestCall): Address {
  return call.session.at(call.pointer(0), 'semaphore', 'count');
}

const down =
  (interruptible: boolean): KernelFunction =>
  (call) => {
    const count = semaphoreCount(call);
    const lock = call.pointer(0);
    if (call.memory.readU32(count) > 0) call.memory.writeU32(count, call.memory.readU32(count) - 1);
    else waitForLock(call, lock, interruptible);
    return 0;
  };

const up: KernelFunction = (call) => {
  const count = semaphoreCount(call);
  if (handOver(call, call.pointer(0)) === 0) call.memory.writeU32(count, call.memory.readU32(count) + 1);
};

const downTrylock: KernelFunction = (call) => {
  const count = semaphoreCount(call);
  if (call.memory.readU32(count) === 0) return 1;
  call.memory.writeU32(count, call.memory.readU32(count) - 1);
  return 0;
};

const nothing: KernelFunction = () => undefined;
const yes: KernelFunction = () => 1;

/** `init_rwsem`, `mutex_init`: an empty wait list in a zeroed structure. */
const initWithList =
  (structure: string, field: string): KernelFunction =>
  (call) => {
    const lock = call.pointer(0);
    const { session, memory } = call;
    memory.view(lock, session.fields.size(structure), 'write').fill(0);
    initListHead(memory, session.at(lock, structure, field));
  };

/** Spinning and sleeping locks. With one processor and cooperating tasks, a spinning lock is never found taken. */
export const lockFunctions = () => [
  ...rowsOf('kernel/locking/spinlock.c', [
    ['void _raw_spin_lock(raw_spinlock_t *lock)', spinLock(1, 'keep')],
    ['void _raw_spin_unlock(raw_spinlock_t *lock)', spinUnlock(1, 'keep')],
    ['void _raw_spin_lock_irq(raw_spinlock_t *lock)', spinLock(1, 'off')],
    ['void _raw_spin_unlock_irq(raw_spinlock_t *lock)', spinUnlock(1, 'on')],
    ['void _raw_spin_lock_bh(raw_spinlock_t *lock)', spinLock(SOFTIRQ_DISABLE_OFFSET + 1, 'keep')],
    ['void _raw_spin_unlock_bh(raw_spinlock_t *lock)', spinUnlock(SOFTIRQ_DISABLE_OFFSET + 1, 'keep')],
    ['unsigned long _raw_spin_lock_irqsave(raw_spinlock_t *lock)', lockIrqsave],
    ['void _raw_spin_unlock_irqrestore(raw_spinlock_t *lock, unsigned long flags)', unlockIrqrestore],
    ['int _raw_spin_trylock(raw_spinlock_t *lock)', trylock],
    ['void _raw_read_lock(rwlock_t *lock)', spinLock(1, 'keep')],
    ['void _raw_read_unlock(rwlock_t *lock)', spinUnlock(1, 'keep')],
    ['void _raw_read_lock_irq(rwlock_t *lock)', spinLock(1, 'off')],
    ['void _raw_read_unlock_irq(rwlock_t *lock)', spinUnlock(1, 'on')],
    ['void _raw_read_lock_bh(rwlock_t *lock)', spinLock(SOFTIRQ_DISABLE_OFFSET + 1, 'keep')],
    ['void _raw_read_unlock_bh(rwlock_t *lock)', spinUnlock(SOFTIRQ_DISABLE_OFFSET + 1, 'keep')],
    ['unsigned long _raw_read_lock_irqsave(rwlock_t *lock)', lockIrqsave],
    ['void _raw_read_unlock_irqrestore(rwlock_t *lock, unsigned long flags)', unlockIrqrestore],
    ['void _raw_write_lock(rwlock_t *lock)', spinLock(1, 'keep')],
    ['void _raw_write_unlock(rwlock_t *lock)', spinUnlock(1, 'keep')],
    ['void _raw_write_lock_irq(rwlock_t *lock)', spinLock(1, 'off')],
    ['void _raw_write_unlock_irq(rwlock_t *lock)', spinUnlock(1, 'on')],
    ['void _raw_write_lock_bh(rwlock_t *lock)', spinLock(SOFTIRQ_DISABLE_OFFSET + 1, 'keep')],
    ['void _raw_write_unlock_bh(rwlock_t *lock)', spinUnlock(SOFTIRQ_DISABLE_OFFSET + 1, 'keep')],
    ['unsigned long _raw_write_lock_irqsave(rwlock_t *lock)', lockIrqsave],
    ['void _raw_write_unlock_irqrestore(rwlock_t *lock, unsigned long flags)', unlockIrqrestore],
  ]),
  ...rowsOf('kernel/softirq.c', [
    ['void __local_bh_enable_ip(unsigned long ip, unsigned int cnt)', (call) => addPreempt(call, -call.int(1))],
    ['void _local_bh_enable(void)', (call) => addPreempt(call, -SOFTIRQ_DISABLE_OFFSET)],
  ]),
  ...rowsOf('kernel/locking/mutex.c', [
    [
      'void __mutex_init(struct mutex *lock, const char *name, struct lock_class_key *key)',
      initWithList('mutex', 'wait_list'),
    ],
    ['void mutex_lock(struct mutex *lock)', mutexLock(false)],
    ['int mutex_lock_interruptible(struct mutex *lock)', mutexLock(true)],
    ['int mutex_lock_killable(struct mutex *lock)', mutexLock(true)],
    ['void mutex_unlock(struct mutex *lock)', mutexUnlock],
    ['int mutex_trylock(struct mutex *lock)', mutexTrylock],
    ['bool mutex_is_locked(struct mutex *lock)', (call) => call.memory.readPointer(call.pointer(0)) !== 0],
  ]),
  ...rowsOf('kernel/locking/semaphore.c', [
    ['void down(struct semaphore *sem)', down(false)],
    ['int down_interruptible(struct semaphore *sem)', down(true)],
    ['int down_killable(struct semaphore *sem)', down(true)],
    ['int down_trylock(struct semaphore *sem)', downTrylock],
    ['void up(struct semaphore *sem)', up],
  ]),
  ...rowsOf('kernel/locking/rwsem.c', [
    [
      'void __init_rwsem(struct rw_semaphore *sem, const char *name, struct lock_class_key *key)',
      initWithList('rw_semaphore', 'wait_list'),
    ],
    ['void down_read(struct rw_semaphore *sem)', nothing],
    ['int down_read_interruptible(struct rw_semaphore *sem)', () => 0],
    ['int down_read_killable(struct rw_semaphore *sem)', () => 0],
    ['int down_read_trylock(struct rw_semaphore *sem)', yes],
    ['void down_write(struct rw_semaphore *sem)', nothing],
    ['int down_write_killable(struct rw_semaphore *sem)', () => 0],
    ['int down_write_trylock(struct rw_semaphore *sem)', yes],
    ['void up_read(struct rw_semaphore *sem)', nothing],
    ['void up_write(struct rw_semaphore *sem)', nothing],
    ['void downgrade_write(struct rw_semaphore *sem)', nothing],
  ]),
  ...rowsOf('kernel/rcu/tree_plugin.h', [
    ['void __rcu_read_lock(void)', nothing],
    ['void __rcu_read_unlock(void)', nothing],
    ['void synchronize_rcu(void)', nothing],
    ['void rcu_barrier(void)', nothing],
    [
      'void call_rcu(struct rcu_head *head, rcu_callback_t func)',
      (call) => void call.session.call(call.pointer(1), call.pointer(0)),
    ],
    ['void kvfree_call_rcu(struct rcu_head *head, rcu_callback_t func)', nothing],
    ['int init_srcu_struct(struct srcu_struct *ssp)', () => 0],
    ['void cleanup_srcu_struct(struct srcu_struct *ssp)', nothing],
    ['int __srcu_read_lock(struct srcu_struct *ssp)', () => 0],
    ['void __srcu_read_unlock(struct srcu_struct *ssp, int idx)', nothing],
    ['void synchronize_srcu(struct srcu_struct *ssp)', nothing],
  ]),
];
