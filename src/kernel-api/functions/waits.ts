import type { Address } from '../../memory/address.ts';
import type { AddressSpace } from '../../memory/address-space.ts';
import { busyWait, sleep, wake } from '../core/scheduler.ts';
import type { Session } from '../core/session.ts';
import { findTask, taskState } from '../core/tasks.ts';
import { nanoseconds, ticksToNanoseconds } from '../core/virtual-clock.ts';
import { doing, type GuestCall, type KernelFunction, rowsOf } from '../kernel-function.ts';
import { initListHead, listAddTail, listDelInit, listEntries } from '../lists.ts';

const TASK_RUNNING = 0;
const TASK_INTERRUPTIBLE = 1;
const ERESTARTSYS = -512;
const ETIMEDOUT_LEFT = 0;
/** `MAX_SCHEDULE_TIMEOUT`. */
const FOREVER = (1n << 63n) - 1n;
const WQ_FLAG_EXCLUSIVE = 1;
const TIF_SIGPENDING = 4n;

function setState(session: Session, state: number): void {
  session.memory.writeU32(session.at(session.current.address, 'task_struct', '__state'), state);
}

function getState(session: Session): number {
  return session.memory.readU32(session.at(session.current.address, 'task_struct', '__state'));
}

function signalPending(session: Session): boolean {
  const flags = session.memory.readU64(session.at(session.current.address, 'task_struct', 'thread_info'));
  return (flags & TIF_SIGPENDING) !== 0n;
}

/** `schedule()`: a task that is still RUNNING only lets the others and one tick pass. */
function schedule(call: GuestCall): bigint {
  const { session } = call;
  if (getState(session) !== TASK_RUNNING) return sleep(session, { timedOut: '0', woken: '0' });
  const until = nanoseconds(call.kernel) + ticksToNanoseconds(call.kernel, 1);
  return sleep(session, { until, timedOut: '0', woken: '0' });
}

/** `schedule_timeout`: the ticks that were left. */
function scheduleTimeout(call: GuestCall, ticks: bigint): bigint {
  const { session } = call;
  if (ticks >= FOREVER) {
    schedule(call);
    return FOREVER;
  }
  const until = nanoseconds(call.kernel) + ticksToNanoseconds(call.kernel, Number(ticks));
  return sleep(session, { until, timedOut: '0', woken: 'remaining-jiffies' });
}

const scheduleTimeoutAs =
  (state: number): KernelFunction =>
  (call) => {
    const ticks = call.signedLong(0);
    setState(call.session, state);
    return scheduleTimeout(call, ticks);
  };

/** Sleeps so long; what is left in milliseconds when a signal ended it. */
function sleepFor(call: GuestCall, duration: number): bigint {
  return sleep(call.session, { until: nanoseconds(call.kernel) + duration, timedOut: '0', woken: '0' });
}

/** `autoremove_wake_function`, `default_wake_function`: wakes the task of a wait queue entry. */
function wakeEntry(session: Session, entry: Address, remove: boolean): number {
  const task = findTask(session.kernel, session.pointerAt(entry, 'wait_queue_entry', 'private'));
  const woken = task ? wake(session, task) : false;
  if (woken && remove) listDelInit(session.memory, session.at(entry, 'wait_queue_entry', 'entry'));
  return woken ? 1 : 0;
}

/** `__wake_up_common`: calls the entries' functions until so many exclusive ones are woken. */
function wakeQueue(session: Session, queue: Address, mode: number, exclusive: number, key: Address): void {
  const { memory, fields } = session;
  let left = exclusive;
  for (const link of listEntries(memory, session.at(queue, 'wait_queue_head', 'head'))) {
    const entry = link - fields.offset('wait_queue_entry', 'entry');
    const flags = memory.readU32(session.at(entry, 'wait_queue_entry', 'flags'));
    const woken = session.callInt(session.pointerAt(entry, 'wait_queue_entry', 'func'), entry, mode, 0, key);
    if (woken > 0 && flags & WQ_FLAG_EXCLUSIVE && --left === 0) break;
  }
}

function isQueued(memory: AddressSpace, link: Address): boolean {
  const next = memory.readPointer(link);
  return next !== 0 && next !== link;
}

function prepareToWait(call: GuestCall, exclusive: boolean): void {
  const { session, memory } = call;
  const [queue, entry, state] = [call.pointer(0), call.pointer(1), call.int(2)];
  const flags = session.at(entry, 'wait_queue_entry', 'flags');
  const bits = memory.readU32(flags);
  memory.writeU32(flags, exclusive ? bits | WQ_FLAG_EXCLUSIVE : bits & ~WQ_FLAG_EXCLUSIVE);
  const link = session.at(entry, 'wait_queue_entry', 'entry');
  if (!isQueued(memory, link)) listAddTail(memory, link, session.at(queue, 'wait_queue_head', 'head'));
  setState(session, state);
}

function prepareToWaitEvent(call: GuestCall): number {
  const { session, memory } = call;
  if (call.int(2) & TASK_INTERRUPTIBLE && signalPending(session)) {
    listDelInit(memory, session.at(call.pointer(1), 'wait_queue_entry', 'entry'));
    return ERESTARTSYS;
  }
  prepareToWait(call, false);
  return 0;
}

function finishWait(call: GuestCall): void {
  const { session, memory } = call;
  setState(session, TASK_RUNNING);
  listDelInit(memory, session.at(call.pointer(1), 'wait_queue_entry', 'entry'));
}

function initWaitEntry(call: GuestCall): void {
  const { session, memory } = call;
  const [entry, flags] = [call.pointer(0), call.int(1)];
  memory.writeU32(session.at(entry, 'wait_queue_entry', 'flags'), flags);
  memory.writePointer(session.at(entry, 'wait_queue_entry', 'private'), session.current.address);
  const wakeFunction = call.kernel.profile.exports.find('autoremove_wake_function')!.address;
  memory.writePointer(session.at(entry, 'wait_queue_entry', 'func'), wakeFunction);
  initListHead(memory, session.at(entry, 'wait_queue_entry', 'entry'));
}

function addWaitQueue(call: GuestCall): void {
  const { session, memory } = call;
  const link = session.at(call.pointer(1), 'wait_queue_entry', 'entry');
  listAddTail(memory, link, session.at(call.pointer(0), 'wait_queue_head', 'head'));
}

function initWaitQueueHead(call: GuestCall): void {
  const { session, memory } = call;
  memory.writeU32(call.pointer(0), 0);
  initListHead(memory, session.at(call.pointer(0), 'wait_queue_head', 'head'));
}

/** The tasks that wait for a completion stand in its swait list as `struct swait_queue`s; here by task alone. */
function waitForCompletion(call: GuestCall, options: { ticks?: bigint; interruptible?: boolean }): bigint {
  const { session, memory } = call;
  const completion = call.pointer(0);
  const done = session.at(completion, 'completion', 'done');
  const count = memory.readU32(done);
  const limited = options.ticks !== undefined && options.ticks < FOREVER;
  if (count > 0) {
    if (count !== 0xffffffff) memory.writeU32(done, count - 1);
    return limited ? (options.ticks! > 0n ? options.ticks! : 1n) : 0n;
  }
  setState(session, options.interruptible ? TASK_INTERRUPTIBLE : 2);
  session.current.waitsFor = completion;
  const until = limited
    ? { until: nanoseconds(call.kernel) + ticksToNanoseconds(call.kernel, Number(options.ticks)) }
    : {};
  return sleep(session, { ...until, timedOut: `${ETIMEDOUT_LEFT}`, woken: limited ? 'remaining-jiffies' : '0' });
}

/** `complete`: a waiting task takes it at once, else it is counted. */
function complete(session: Session, completion: Address, all: boolean): void {
  const { memory } = session;
  const done = session.at(completion, 'completion', 'done');
  for (let waiting = waiterOf(session, completion); waiting; waiting = waiterOf(session, completion)) {
    delete waiting.waitsFor;
    wake(session, waiting);
    if (!all) return;
  }
  const count = memory.readU32(done);
  memory.writeU32(done, all || count === 0xffffffff ? 0xffffffff : count + 1);
}

function waiterOf(session: Session, completion: Address) {
  return taskState(session.kernel).list.find((task) => task.state === 'asleep' && task.waitsFor === completion);
}

/** Waiting and waking: kernel/sched. */
export const waitFunctions = [
  ...rowsOf('kernel/sched/core.c', [
    ['void schedule(void)', (call) => void schedule(call)],
    ['int __cond_resched(void)', () => 0],
    ['int __SCT__cond_resched(void)', () => 0],
    ['int __SCT__might_resched(void)', () => 0],
    ['void __SCT__preempt_schedule(void)', () => undefined],
    ['void __SCT__preempt_schedule_notrace(void)', () => undefined],
    ['void yield(void)', (call) => void schedule(call)],
    ['void io_schedule(void)', (call) => void schedule(call)],
    [
      'int wake_up_process(struct task_struct *p)',
      (call) => {
        const task = findTask(call.kernel, call.pointer(0));
        return task && wake(call.session, task) ? 1 : 0;
      },
    ],
    [
      'int default_wake_function(wait_queue_entry_t *curr, unsigned mode, int wake_flags, void *key)',
      (call) => wakeEntry(call.session, call.pointer(0), false),
    ],
    ['void sched_set_fifo(struct task_struct *p)', () => undefined],
    ['void sched_set_normal(struct task_struct *p, int nice)', () => undefined],
    ['void set_user_nice(struct task_struct *p, long nice)', () => undefined],
    ['int set_cpus_allowed_ptr(struct task_struct *p, const struct cpumask *new_mask)', () => 0],
  ]),
  ...rowsOf('kernel/time/timer.c', [
    ['long schedule_timeout(long timeout)', (call) => scheduleTimeout(call, call.signedLong(0))],
    ['long schedule_timeout_interruptible(long timeout)', scheduleTimeoutAs(1)],
    ['long schedule_timeout_uninterruptible(long timeout)', scheduleTimeoutAs(2)],
    ['long schedule_timeout_killable(long timeout)', scheduleTimeoutAs(2)],
    ['void msleep(unsigned int msecs)', (call) => void sleepFor(call, call.unsigned(0) * 1e6)],
    ['unsigned long msleep_interruptible(unsigned int msecs)', (call) => sleepFor(call, call.unsigned(0) * 1e6)],
    [
      'void usleep_range_state(unsigned long min, unsigned long max, unsigned int state)',
      (call) => void sleepFor(call, call.size(0) * 1000),
    ],
  ]),
  ...rowsOf('arch/x86/lib/delay.c', [
    ['void __udelay(unsigned long usecs)', (call) => busyWait(call.session, call.size(0) * 1000)],
    ['void __ndelay(unsigned long nsecs)', (call) => busyWait(call.session, call.size(0))],
    ['void __delay(unsigned long loops)', (call) => busyWait(call.session, call.size(0))],
    ['void __const_udelay(unsigned long xloops)', (call) => busyWait(call.session, (call.size(0) / 4295) * 1000)],
  ]),
  ...rowsOf('kernel/sched/wait.c', [
    [
      'void __init_waitqueue_head(struct wait_queue_head *wq_head, const char *name, struct lock_class_key *key)',
      initWaitQueueHead,
    ],
    ['void add_wait_queue(struct wait_queue_head *wq_head, struct wait_queue_entry *wq_entry)', addWaitQueue],
    ['void add_wait_queue_exclusive(struct wait_queue_head *wq_head, struct wait_queue_entry *wq_entry)', addWaitQueue],
    [
      'void remove_wait_queue(struct wait_queue_head *wq_head, struct wait_queue_entry *wq_entry)',
      (call) => listDelInit(call.memory, call.session.at(call.pointer(1), 'wait_queue_entry', 'entry')),
    ],
    [
      'int __wake_up(struct wait_queue_head *wq_head, unsigned int mode, int nr_exclusive, void *key)',
      doing((call) => wakeQueue(call.session, call.pointer(0), call.int(1), call.int(2), call.pointer(3)), 0),
    ],
    [
      'void __wake_up_sync(struct wait_queue_head *wq_head, unsigned int mode)',
      (call) => wakeQueue(call.session, call.pointer(0), call.int(1), 1, 0),
    ],
    [
      'void __wake_up_sync_key(struct wait_queue_head *wq_head, unsigned int mode, void *key)',
      (call) => wakeQueue(call.session, call.pointer(0), call.int(1), 1, call.pointer(2)),
    ],
    [
      'void __wake_up_locked(struct wait_queue_head *wq_head, unsigned int mode, int nr)',
      (call) => wakeQueue(call.session, call.pointer(0), call.int(1), call.int(2), 0),
    ],
    [
      'void prepare_to_wait(struct wait_queue_head *wq_head, struct wait_queue_entry *wq_entry, int state)',
      (call) => prepareToWait(call, false),
    ],
    [
      'bool prepare_to_wait_exclusive(struct wait_queue_head *wq_head, struct wait_queue_entry *wq_entry, int state)',
      doing((call) => prepareToWait(call, true), 1),
    ],
    [
      'long prepare_to_wait_event(struct wait_queue_head *wq_head, struct wait_queue_entry *wq_entry, int state)',
      prepareToWaitEvent,
    ],
    ['void finish_wait(struct wait_queue_head *wq_head, struct wait_queue_entry *wq_entry)', finishWait],
    ['void init_wait_entry(struct wait_queue_entry *wq_entry, int flags)', initWaitEntry],
    [
      'int autoremove_wake_function(struct wait_queue_entry *wq_entry, unsigned mode, int sync, void *key)',
      (call) => wakeEntry(call.session, call.pointer(0), true),
    ],
    [
      'int woken_wake_function(struct wait_queue_entry *wq_entry, unsigned mode, int sync, void *key)',
      (call) => wakeEntry(call.session, call.pointer(0), false),
    ],
  ]),
  ...rowsOf('kernel/sched/swait.c', [
    [
      'void __init_swait_queue_head(struct swait_queue_head *q, const char *name, struct lock_class_key *key)',
      (call) => initListHead(call.memory, call.session.at(call.pointer(0), 'swait_queue_head', 'task_list')),
    ],
  ]),
  ...rowsOf('kernel/sched/completion.c', [
    ['void complete(struct completion *x)', (call) => complete(call.session, call.pointer(0), false)],
    ['void complete_all(struct completion *x)', (call) => complete(call.session, call.pointer(0), true)],
    ['void wait_for_completion(struct completion *x)', (call) => void waitForCompletion(call, {})],
    [
      'int wait_for_completion_interruptible(struct completion *x)',
      (call) => interrupted(call, waitForCompletion(call, { interruptible: true })),
    ],
    [
      'int wait_for_completion_killable(struct completion *x)',
      (call) => interrupted(call, waitForCompletion(call, { interruptible: true })),
    ],
    [
      'unsigned long wait_for_completion_timeout(struct completion *x, unsigned long timeout)',
      (call) => waitForCompletion(call, { ticks: call.long(1) }),
    ],
    [
      'long wait_for_completion_interruptible_timeout(struct completion *x, unsigned long timeout)',
      (call) => waitForCompletion(call, { ticks: call.long(1), interruptible: true }),
    ],
    [
      'bool try_wait_for_completion(struct completion *x)',
      (call) => {
        const done = call.session.at(call.pointer(0), 'completion', 'done');
        const count = call.memory.readU32(done);
        if (count > 0 && count !== 0xffffffff) call.memory.writeU32(done, count - 1);
        return count > 0;
      },
    ],
    [
      'bool completion_done(struct completion *x)',
      (call) => call.memory.readU32(call.session.at(call.pointer(0), 'completion', 'done')) > 0,
    ],
  ]),
];

function interrupted(call: GuestCall, value: bigint): bigint | number {
  return signalPending(call.session) ? ERESTARTSYS : value;
}
