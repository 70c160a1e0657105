import { kzalloc } from '../../../kernel/memory/heap.ts';
import { subsystem } from '../../../kernel/subsystem.ts';
import type { Address } from '../../../memory/address.ts';
import { addEvent } from '../../core/events.ts';
import type { Session } from '../../core/session.ts';
import type { Task } from '../../core/task.ts';
import { createTask, removeTask, taskState } from '../../core/tasks.ts';
import { nanoseconds, ticksToNanoseconds } from '../../core/virtual-clock.ts';
import { writeBytes } from '../../guest-text.ts';
import type { GuestCall } from '../../kernel-function.ts';
import { format, variadic } from '../text/printk.ts';

/** `WQ_NAME_LEN` before 6.7. */
const NAME_LENGTH = 24;
/** `WORK_STRUCT_PENDING_BIT` in `work->data`. */
const PENDING = 1n;

/** A queue of `max_active` 1: its items run one after the other. */
interface OrderedQueue {
  readonly queue: Address;
  /** Items that wait for the one before them. */
  readonly waiting: Address[];
  /** The pid of the worker that runs its item. */
  busy?: number;
}

/** The ordered queues, and how many workers there were. */
export const workState = subsystem('work', () => ({ workers: 0, ordered: [] as OrderedQueue[] }));

/** The queue that a delayed item goes to when its moment comes. */
const delayedState = subsystem('delayed-work', () => ({ queues: {} as Record<string, Address> }));

/** Starts an item, or lets it wait for its queue's turn. */
function startOn(session: Session, work: Address, queue: Address): void {
  const ordered = workState(session.kernel).ordered.find((each) => each.queue === queue);
  if (ordered?.busy !== undefined) {
    ordered.waiting.push(work);
    return;
  }
  const worker = startWorker(session, work);
  worker.queueName = queueName(session, queue);
  if (ordered) ordered.busy = worker.pid;
}

/** The exported queues by the names that they have. */
const SYSTEM_QUEUES: Readonly<Record<string, string>> = {
  system_wq: 'events',
  system_highpri_wq: 'events_highpri',
  system_long_wq: 'events_long',
  system_unbound_wq: 'events_unbound',
  system_freezable_wq: 'events_freezable',
  system_power_efficient_wq: 'events_power_efficient',
  system_freezable_power_efficient_wq: 'events_freezable_power_efficient',
};

/** `workqueue_struct.name`. */
function queueName(session: Session, queue: Address): string {
  const { memory, kernel } = session;
  const system = Object.keys(SYSTEM_QUEUES).find((symbol) => {
    const variable = kernel.profile.exports.find(symbol)?.address;
    return variable !== undefined && memory.find(variable) && memory.readPointer(variable) === queue;
  });
  if (system !== undefined) return SYSTEM_QUEUES[system]!;
  const name = session.fields.find('workqueue_struct', 'name');
  return name === undefined || !memory.find(queue) ? 'events' : memory.readCString(queue + name);
}

/** The next item of the queue whose worker has ended. */
export function nextOf(session: Session, ended: Task): void {
  const ordered = workState(session.kernel).ordered.find((each) => each.busy === ended.pid);
  if (!ordered) return;
  delete ordered.busy;
  const work = ordered.waiting.shift();
  if (work !== undefined) startOn(session, work, ordered.queue);
}

/** What a destroyed queue leaves: nothing. */
export function forgetQueue(session: Session, queue: Address): void {
  const { ordered } = workState(session.kernel);
  const at = ordered.findIndex((each) => each.queue === queue);
  if (at >= 0) ordered.splice(at, 1);
}

/** Takes back an item that waits for its queue's turn. */
export function leaveQueue(session: Session, work: Address): boolean {
  const ordered = workState(session.kernel).ordered.find((each) => each.waiting.includes(work));
  ordered?.waiting.splice(ordered.waiting.indexOf(work), 1);
  return ordered !== undefined;
}

/** Sets or clears `WORK_STRUCT_PENDING`. */
export function setPending(session: Session, work: Address, pending: boolean): void {
  const data = session.memory.readU64(work);
  session.memory.writeU64(work, pending ? data | PENDING : data & ~PENDING);
}

/** `queue_work_on`: false when it is queued already. A worker is made ready to run it. */
export function queueWork(session: Session, work: Address, queue: Address): boolean {
  if (session.memory.readU64(work) & PENDING) return false;
  setPending(session, work, true);
  startOn(session, work, queue);
  return true;
}

/** A worker task for one item; it counts as part of the pool by its name. */
function startWorker(session: Session, work: Address): Task {
  const state = workState(session.kernel);
  const number = state.workers++ % 4;
  const worker = createTask(session, `kworker/0:${number}`, { worker: true, state: 'ready' });
  worker.start = { address: session.pointerAt(work, 'work_struct', 'func'), argument: work };
  return worker;
}

/** Called when a worker's item is about to run: it is not pending any more. */
export function workStarts(session: Session, task: Task): void {
  if (task.worker && task.start && !task.registers) setPending(session, task.start.argument, false);
}

/** `queue_delayed_work_on`: the item's own timer moment. */
export function queueDelayed(session: Session, work: Address, ticks: number, queue: Address): boolean {
  if (session.memory.readU64(work) & PENDING) return false;
  if (ticks === 0) return queueWork(session, work, queue);
  setPending(session, work, true);
  delayedState(session.kernel).queues[work] = queue;
  const due = nanoseconds(session.kernel) + ticksToNanoseconds(session.kernel, ticks);
  addEvent(session.kernel, { kind: 'delayed-work', address: work, due });
  return true;
}

/** `delayed_work_timer_fn`. */
export function fireDelayedWork(session: Session, work: Address): void {
  const { queues } = delayedState(session.kernel);
  const queue = queues[work] ?? 0;
  delete queues[work];
  startOn(session, work, queue);
}

/** The worker that has an item, begun or not. */
export function workerOf(session: Session, work: Address): Task | undefined {
  return taskState(session.kernel).list.find(
    (task) => task.worker && task.state !== 'dead' && task.start?.argument === work,
  );
}

/** `alloc_workqueue`. */
export function allocWorkqueue(call: GuestCall): Address {
  const most = call.int(2);
  const queue = kzalloc(call.kernel, call.session.fields.size('workqueue_struct') || 512);
  const name = call.session.fields.find('workqueue_struct', 'name');
  if (name !== undefined) {
    writeBytes(call.session, queue + name, format(call, call.string(0), variadic(call, 3)).slice(0, NAME_LENGTH - 1));
  }
  if (most === 1) workState(call.kernel).ordered.push({ queue, waiting: [] });
  return queue;
}

/** Ends what a worker leaves behind; called when a task has come to its end. */
export function workerEnded(session: Session, task: Task): void {
  if (!task.worker || task.state !== 'dead') return;
  removeTask(session, task);
  nextOf(session, task);
}
