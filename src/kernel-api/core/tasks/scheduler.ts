import { EFLAGS_IF } from '../../../abi/x86-registers.ts';
import { advance, nanoseconds } from '../../../kernel/clock.ts';
import type { Address } from '../../../memory/address.ts';
import { inInterrupt, preemptCount, setPreemptCount } from '../kernel-data/percpu.ts';
import type { Session } from '../session.ts';
import { setCurrent } from './current.ts';
import { nextDue, takeDueEvent } from './events.ts';
import { restoreRegisters, saveRegisters } from './resume.ts';
import { asTask, inSoftirq, runTask, suspend } from './run-task.ts';
import type { Task, Wait } from './task.ts';
import { idleTask, softirqThread, taskState } from './tasks.ts';
import { jiffies, ticksPerSecond } from './virtual-clock.ts';

/** How long a task may wait for a wake-up before nobody is thought to come: khungtaskd's two minutes, in nanoseconds. */
const PATIENCE = 120e9;
/** Runs of tasks and events between two commands: code that wakes itself for ever ends here. */
const SETTLE_LIMIT = 20_000;

/** Bits of `thread_info.flags`, arch/x86/include/asm/thread_info.h. */
export const TIF = { SIGPENDING: 1n << 2n, NOTIFY_SIGNAL: 1n << 17n } as const;

/** How a wait ended. */
export type WakeReason = 'woken' | 'timeout' | 'nobody';

/** Shows guest code the time: the variable `jiffies`. */
export function refreshJiffies(session: Session): void {
  const symbol = session.kernel.profile.exports.find('jiffies');
  if (symbol && session.memory.find(symbol.address)) session.memory.writeU64(symbol.address, jiffies(session.kernel));
}

/** Lets virtual time pass and shows it. */
export function passTime(session: Session, duration: number): void {
  advance(session.kernel, duration);
  refreshJiffies(session);
}

/**
 * Puts the running task to sleep and gives the value that the sleeping function returns. A background task that was
 * called directly is suspended instead: this does not return, and the value is returned when it goes on.
 */
export function sleep(session: Session, wait: Wait): bigint {
  const task = session.current;
  if (preemptCount(session.kernel) !== 0) session.hooks.atomic(session);
  task.wait = wait;
  task.state = 'asleep';
  delete task.result;
  session.hooks.slept(session, task);
  if (session.base > 0 && session.depth === session.base) suspend(session, task);
  waitInPlace(session, task);
  return BigInt(task.result ?? '0');
}

/** `wake_up_process`: a sleeping or new task may run. False when it was not asleep. */
export function wake(session: Session, task: Task, reason: WakeReason = 'woken'): boolean {
  if (task.state === 'new') {
    task.state = 'ready';
    return true;
  }
  if (task.state !== 'asleep' || (reason === 'woken' && sleepsOn(session, task))) return false;
  task.state = 'ready';
  task.result = resultOf(session, task, reason);
  delete task.wait;
  session.memory.writeU32(session.at(task.address, 'task_struct', '__state'), 0);
  return true;
}

function sleepsOn(session: Session, task: Task): boolean {
  const how = task.wait?.sleepsOn;
  return how === 'always' || (how === 'without-signal' && !hasSignal(session, task.address));
}

/** `signal_pending` of a task. */
export function hasSignal(session: Session, task: Address): boolean {
  const flags = session.memory.readU64(session.at(task, 'task_struct', 'thread_info'));
  return (flags & (TIF.SIGPENDING | TIF.NOTIFY_SIGNAL)) !== 0n;
}

function resultOf(session: Session, task: Task, reason: WakeReason): string {
  const { wait } = task;
  if (!wait || reason === 'timeout') return wait?.timedOut ?? '0';
  const left = Math.max(0, (wait.until ?? Number.POSITIVE_INFINITY) - nanoseconds(session.kernel));
  if (wait.woken === 'remaining-milliseconds') return String(Math.ceil(left / 1e6));
  if (wait.woken !== 'remaining-jiffies') return wait.woken;
  if (!Number.isFinite(left)) return '9223372036854775807';
  return String(Math.max(1, Math.ceil((left * ticksPerSecond(session.kernel)) / 1e9)));
}

function waitInPlace(session: Session, task: Task): void {
  const patience = nanoseconds(session.kernel) + PATIENCE;
  const saved = saveRegisters(session.cpu);
  const count = preemptCount(session.kernel);
  while (task.state === 'asleep') {
    if (runOne(session)) continue;
    if (!advanceToNext(session, task.wait?.until === undefined ? patience : Number.POSITIVE_INFINITY)) {
      session.hooks.nobodyComes(session, task);
      wake(session, task, 'nobody');
    }
  }
  setCurrent(session, task);
  setPreemptCount(session.kernel, count);
  restoreRegisters(session.cpu, saved);
}

/** Runs one thing that may run now: a due event, else a ready task. False when there is none. */
function runOne(session: Session): boolean {
  const event = takeDueEvent(session.kernel, nanoseconds(session.kernel));
  if (event) {
    const { kind, address } = event;
    const task = kind === 'tasklet' ? softirqThread(session) : idleTask(session);
    asTask(session, task, () => inSoftirq(session, () => session.hooks.fire(session, kind, address)));
    return true;
  }
  const task = nextTask(session);
  if (!task) return false;
  runTask(session, task);
  return true;
}

/** Who has waited goes before who has just been made: `place_entity`, kernel/sched/fair.c. */
function nextTask(session: Session): Task | undefined {
  const ready = taskState(session.kernel).list.filter((each) => each.state === 'ready' && !session.onStack.has(each));
  return ready.find(({ worker, registers }) => worker || registers) ?? ready[0];
}

/** Moves the clock to the next event or time-out, not past `limit`. False when there is none. */
function advanceToNext(session: Session, limit: number): boolean {
  const { kernel } = session;
  const sleepers = taskState(kernel).list.filter((task) => task.state === 'asleep' && task.wait?.until !== undefined);
  const moments = [nextDue(kernel), ...sleepers.map((task) => task.wait!.until!)].filter((each) => each !== undefined);
  const next = Math.min(...moments);
  if (next > limit || !Number.isFinite(next)) return false;
  passTime(session, next - nanoseconds(kernel));
  const now = nanoseconds(kernel);
  for (const task of sleepers) if (task.wait!.until! <= now) wake(session, task, 'timeout');
  return true;
}

/** Runs what may run now, until nothing does. Virtual time stands. */
export function settle(session: Session): void {
  for (let count = 0; count < SETTLE_LIMIT && runOne(session); count++);
}

/** The running task waits for a moment for one of the kernel's own threads: other tasks that are ready run. */
export function yieldProcessor(session: Session): void {
  if (preemptCount(session.kernel) === 0 && takesInterrupts(session)) settle(session);
}

/** Whether an interrupt could come now: enabled, and none is being served. */
function takesInterrupts(session: Session): boolean {
  const enabled = session.cpu.readRegister('eflags') & EFLAGS_IF;
  return enabled !== 0n && !inInterrupt(session.kernel);
}

/** `udelay`: the running code keeps the processor; timers and tasklets that become due interrupt it. */
export function busyWait(session: Session, duration: number): void {
  const { kernel } = session;
  const end = nanoseconds(kernel) + duration;
  while (takesInterrupts(session)) {
    const next = nextDue(kernel);
    if (next === undefined || next > end) break;
    passTime(session, next - nanoseconds(kernel));
    const event = takeDueEvent(kernel, nanoseconds(kernel));
    if (!event) break;
    inSoftirq(session, () => session.hooks.fire(session, event.kind, event.address));
  }
  passTime(session, end - nanoseconds(kernel));
}

/** Lets `duration` nanoseconds of virtual time pass, with all that happens in them. */
export function runFor(session: Session, duration: number): void {
  const end = nanoseconds(session.kernel) + duration;
  settle(session);
  while (advanceToNext(session, end)) settle(session);
  passTime(session, end - nanoseconds(session.kernel));
}

/** Wakes the tasks that wait for another's end. */
export function endWaits(session: Session, ended: Task): void {
  for (const task of taskState(session.kernel).list) if (task.wait?.endOf === ended.pid) wake(session, task);
}

/** Wakes the tasks that wait for a work item's end. */
export function endItemWaits(session: Session, work: Address): void {
  for (const task of taskState(session.kernel).list) if (task.wait?.endOfItem === work) wake(session, task);
}
