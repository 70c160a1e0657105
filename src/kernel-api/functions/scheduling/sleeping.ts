import { nanoseconds } from '../../../kernel/clock.ts';
import type { Address } from '../../../memory/address.ts';
import type { Session } from '../../core/session.ts';
import { busyWait, hasSignal, sleep, wake } from '../../core/tasks/scheduler.ts';
import { TASK_INTERRUPTIBLE, TASK_RUNNING } from '../../core/tasks/task.ts';
import { findTask } from '../../core/tasks/tasks.ts';
import { ticksToNanoseconds } from '../../core/tasks/virtual-clock.ts';
import { type GuestCall, type KernelFunction, rowsOf } from '../../kernel-function.ts';
import { listDelInit } from '../../lists.ts';

/** `MAX_SCHEDULE_TIMEOUT`. */
export const FOREVER = (1n << 63n) - 1n;

/** `__set_current_state`. */
export function setState(session: Session, state: number): void {
  session.memory.writeU32(session.at(session.current.address, 'task_struct', '__state'), state);
}

function getState(session: Session): number {
  return session.memory.readU32(session.at(session.current.address, 'task_struct', '__state'));
}

/** `signal_pending(current)`. */
export function signalPending(session: Session): boolean {
  return hasSignal(session, session.current.address);
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

/** Sleeps so long: `msleep`, `usleep_range`. */
function sleepFor(call: GuestCall, duration: number): void {
  const until = nanoseconds(call.kernel) + duration;
  sleep(call.session, { until, timedOut: '0', woken: '0', sleepsOn: 'always' });
}

/** `msleep_interruptible`: what is left in milliseconds when a signal ended it. */
function sleepInterruptibly(call: GuestCall, duration: number): bigint {
  const until = nanoseconds(call.kernel) + duration;
  setState(call.session, TASK_INTERRUPTIBLE);
  return sleep(call.session, { until, timedOut: '0', woken: 'remaining-milliseconds', sleepsOn: 'without-signal' });
}

/** `autoremove_wake_function`, `default_wake_function`: wakes the task of a wait queue entry. */
export function wakeEntry(session: Session, entry: Address, remove: boolean): number {
  const task = findTask(session.kernel, session.pointerAt(entry, 'wait_queue_entry', 'private'));
  const woken = task ? wake(session, task) : false;
  if (woken && remove) listDelInit(session.memory, session.at(entry, 'wait_queue_entry', 'entry'));
  return woken ? 1 : 0;
}

/** Sleeping and delays. */
export const sleepFunctions = () => [
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
    [
      'unsigned long msleep_interruptible(unsigned int msecs)',
      (call) => sleepInterruptibly(call, call.unsigned(0) * 1e6),
    ],
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
];
