import { nanoseconds } from '../../../kernel/clock.ts';
import type { Kernel } from '../../../kernel/kernel.ts';
import { KERN, printk } from '../../../kernel/log/printk.ts';
import { kzalloc } from '../../../kernel/memory/heap.ts';
import { subsystem } from '../../../kernel/subsystem.ts';
import type { Address } from '../../../memory/address.ts';
import type { Session } from '../../core/session.ts';
import { addEvent } from '../../core/tasks/events.ts';
import type { Task } from '../../core/tasks/task.ts';
import { ticksToNanoseconds } from '../../core/tasks/virtual-clock.ts';
import { writeBytes } from '../../guest-text.ts';
import type { GuestCall } from '../../kernel-function.ts';
import { format, variadic } from '../text/printk.ts';
import {
  type Item,
  itemsUnderWay,
  type PoolName,
  submitItem,
  takeNext,
  WQ,
  withdraw,
  workerEnded,
} from './worker-pool.ts';

/** `WQ_NAME_LEN` before 6.7. */
const NAME_LENGTH = 24;
/** `WQ_MAX_ACTIVE`, include/linux/workqueue.h. */
const MOST_ACTIVE = 512;
/** `WORK_STRUCT_PENDING_BIT` in `work->data`. */
const PENDING = 1n;

/** A queue with a `max_active`: no more of its items run at once. */
interface LimitedQueue {
  readonly queue: Address;
  readonly most: number;
  /** Items that have been given to its pool. */
  readonly active: Address[];
  /** Items that wait until one of those has ended. */
  readonly waiting: Address[];
}

/** The limited queues. */
const limitState = subsystem('work', () => ({ queues: [] as LimitedQueue[] }));

function limitOf({ kernel }: Session, queue: Address): LimitedQueue | undefined {
  return limitState(kernel).queues.find((each) => each.queue === queue);
}

/** The queue that a delayed item goes to when its moment comes. */
const delayedState = subsystem('delayed-work', () => ({ queues: {} as Record<string, Address> }));

/** Gives an item to its queue's pool, or lets it wait for its turn. */
function startOn(session: Session, work: Address, queue: Address): void {
  const limit = limitOf(session, queue);
  if (limit && limit.active.length >= limit.most) {
    limit.waiting.push(work);
    return;
  }
  limit?.active.push(work);
  const name = queueName(session, queue);
  submitItem(session, poolName(session, queue, name), { work, queue, queueName: name });
}

/** An item leaves its queue: the next one that waits there is given to the pool. */
function leaveQueue(session: Session, { work, queue }: Pick<Item, 'work' | 'queue'>): void {
  const limit = limitOf(session, queue);
  if (!limit) return;
  limit.active.splice(limit.active.indexOf(work), 1);
  const next = limit.waiting.shift();
  if (next !== undefined) startOn(session, next, queue);
}

/** `alloc_unbound_pwq`, `alloc_and_link_pwqs`: by the queue's flags. */
function poolName({ memory, fields }: Session, queue: Address, name: string): PoolName {
  const place = fields.find('workqueue_struct', 'flags');
  const flags = place === undefined || !memory.find(queue) ? 0 : memory.readU32(queue + place);
  if (flags & WQ.UNBOUND || name === 'events_unbound') return 'u2';
  return flags & WQ.HIGHPRI || name === 'events_highpri' ? '0H' : '0';
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

/** What a destroyed queue leaves: nothing. */
export function forgetQueue({ kernel }: Session, queue: Address): void {
  const { queues } = limitState(kernel);
  const at = queues.findIndex((each) => each.queue === queue);
  if (at >= 0) queues.splice(at, 1);
}

/** Takes back an item that has not begun. True when there was one. */
export function takeBack(session: Session, work: Address): boolean {
  const limit = limitState(session.kernel).queues.find(({ waiting }) => waiting.includes(work));
  if (limit) {
    limit.waiting.splice(limit.waiting.indexOf(work), 1);
    return true;
  }
  const item = withdraw(session, work);
  if (item) leaveQueue(session, item);
  return item !== undefined;
}

/** The items of a queue that have not ended, the last one queued last. */
export function itemsOf(session: Session, queue: Address): Address[] {
  const given = itemsUnderWay(session).filter((item) => item.queue === queue);
  return [...given.map(({ work }) => work), ...(limitOf(session, queue)?.waiting ?? [])];
}

/** Whether an item has not ended; the one that asks does not count itself. */
export function isUnderWay(session: Session, work: Address): boolean {
  const waits = limitState(session.kernel).queues.some(({ waiting }) => waiting.includes(work));
  return waits || itemsUnderWay(session).some((item) => item.work === work);
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

/** `wq_clamp_max_active`; 0 is the default, which is no limit here. */
function clampActive(kernel: Kernel, wanted: number, name: string): number {
  if (wanted === 0 || (wanted >= 1 && wanted <= MOST_ACTIVE)) return wanted;
  const words = `max_active ${wanted} requested for ${name} is out of range, clamping between 1 and ${MOST_ACTIVE}`;
  printk(kernel, KERN.WARNING, `workqueue: ${words}`);
  return Math.min(Math.max(wanted, 1), MOST_ACTIVE);
}

/** `alloc_workqueue`. */
export function allocWorkqueue(call: GuestCall): Address {
  const shown = format(call, call.string(0), variadic(call, 3)).slice(0, NAME_LENGTH - 1);
  const most = clampActive(call.kernel, call.int(2), shown);
  const queue = kzalloc(call.kernel, call.session.fields.size('workqueue_struct') || 512);
  const name = call.session.fields.find('workqueue_struct', 'name');
  if (name !== undefined) writeBytes(call.session, queue + name, shown);
  const flags = call.session.fields.find('workqueue_struct', 'flags');
  if (flags !== undefined) call.memory.writeU32(queue + flags, call.unsigned(1));
  if (most > 0) limitState(call.kernel).queues.push({ queue, most, active: [], waiting: [] });
  return queue;
}

/** The end of an item; its worker takes the next. */
export function workEnds(session: Session, task: Task): void {
  const item = workerEnded(session, task);
  if (!item) return;
  leaveQueue(session, item);
  takeNext(session, task);
}
