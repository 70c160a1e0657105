import { kfree, kzalloc } from '../../../kernel/memory/heap.ts';
import { subsystem } from '../../../kernel/subsystem.ts';
import type { Address } from '../../../memory/address.ts';
import { addEvent, removeEvent } from '../../core/events.ts';
import { settle, sleep, wake } from '../../core/scheduler.ts';
import type { Session } from '../../core/session.ts';
import type { Task } from '../../core/task.ts';
import { createTask, removeTask, taskState } from '../../core/tasks.ts';
import { nanoseconds, ticksToNanoseconds } from '../../core/virtual-clock.ts';
import { writeBytes } from '../../guest-text.ts';
import { type GuestCall, rowsOf } from '../../kernel-function.ts';
import { format, variadic } from '../text/printk.ts';

/** `WQ_NAME_LEN` before 6.7. */
const NAME_LENGTH = 24;
/** `WORK_STRUCT_PENDING_BIT` in `work->data`. */
const PENDING = 1n;
/** Items that a flush waits for: one that queues itself for ever ends here. */
const FLUSH_LIMIT = 1000;

/** A queue of `max_active` 1: its items run one after the other. */
interface OrderedQueue {
  readonly queue: Address;
  /** Items that wait for the one before them. */
  readonly waiting: Address[];
  /** The pid of the worker that runs its item. */
  busy?: number;
}

const workState = subsystem('work', () => ({ workers: 0, ordered: [] as OrderedQueue[] }));

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
function nextOf(session: Session, ended: Task): void {
  const ordered = workState(session.kernel).ordered.find((each) => each.busy === ended.pid);
  if (!ordered) return;
  delete ordered.busy;
  const work = ordered.waiting.shift();
  if (work !== undefined) startOn(session, work, ordered.queue);
}

function forgetQueue(session: Session, queue: Address): void {
  const { ordered } = workState(session.kernel);
  const at = ordered.findIndex((each) => each.queue === queue);
  if (at >= 0) ordered.splice(at, 1);
}

/** Takes back an item that waits for its queue's turn. */
function leaveQueue(session: Session, work: Address): boolean {
  const ordered = workState(session.kernel).ordered.find((each) => each.waiting.includes(work));
  ordered?.waiting.splice(ordered.waiting.indexOf(work), 1);
  return ordered !== undefined;
}

function setPending(session: Session, work: Address, pending: boolean): void {
  const data = session.memory.readU64(work);
  session.memory.writeU64(work, pending ? data | PENDING : data & ~PENDING);
}

/** `queue_work_on`: false when it is queued already. A worker is made ready to run it. */
function queueWork(session: Session, work: Address, queue: Address): boolean {
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
function queueDelayed(session: Session, work: Address, ticks: number, queue: Address): boolean {
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

function workerOf(session: Session, work: Address): Task | undefined {
  return taskState(session.kernel).list.find(
    (task) => task.worker && task.state !== 'dead' && task.start?.argument === work,
  );
}

/** `__cancel_work`: takes an item back that has not begun. True when it was pending. */
function cancel(session: Session, work: Address): boolean {
  const delayed = removeEvent(session.kernel, 'delayed-work', work);
  const worker = workerOf(session, work);
  const queued = worker !== undefined && worker.state === 'ready' && !worker.registers && !session.onStack.has(worker);
  if (queued) {
    removeTask(session, worker);
    nextOf(session, worker);
  }
  const pending = delayed || queued || leaveQueue(session, work);
  if (pending) setPending(session, work, false);
  return pending;
}

/** `cancel_work_sync`: takes it back, or waits for its end. */
function cancelSync(session: Session, work: Address): boolean {
  if (cancel(session, work)) return true;
  flush(session, work);
  return false;
}

/** Waits until the items that stand before one in its queue have ended. */
function awaitTurn(session: Session, work: Address): void {
  const { ordered } = workState(session.kernel);
  const queue = ordered.find((each) => each.waiting.includes(work));
  for (let left = queue ? queue.waiting.indexOf(work) + 1 : 0; left > 0 && queue?.busy !== undefined; left--) {
    sleep(session, { timedOut: '0', woken: '0', endOf: queue.busy });
  }
}

/** Waits until an item that runs has come to its end. */
function flush(session: Session, work: Address): boolean {
  awaitTurn(session, work);
  const worker = workerOf(session, work);
  if (!worker || session.onStack.has(worker)) return false;
  sleep(session, { timedOut: '0', woken: '0', endOf: worker.pid });
  return true;
}

/** Waits until every item that was queued has come to its end; the workers of all queues are one pool. */
function flushAll(session: Session): void {
  settle(session);
  const underWay = (task: Task): boolean => task.worker === true && task.state !== 'dead' && !session.onStack.has(task);
  for (let count = 0; count < FLUSH_LIMIT; count++) {
    const worker = taskState(session.kernel).list.find(underWay);
    if (!worker) return;
    sleep(session, { timedOut: '0', woken: '0', endOf: worker.pid });
  }
}

function modifyDelayed(session: Session, work: Address, ticks: number, queue: Address): boolean {
  const pending = cancel(session, work);
  queueDelayed(session, work, ticks, queue);
  return pending;
}

/** `flush_delayed_work`: does not wait for the moment. */
function flushDelayed(session: Session, work: Address): boolean {
  if (removeEvent(session.kernel, 'delayed-work', work)) fireDelayedWork(session, work);
  return flush(session, work);
}

function allocWorkqueue(call: GuestCall): Address {
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

/** Workqueues. */
export const workFunctions = () => [
  ...rowsOf('kernel/workqueue.c', [
    [
      'struct workqueue_struct *alloc_workqueue(const char *fmt, unsigned int flags, int max_active, ...)',
      allocWorkqueue,
    ],
    [
      'void destroy_workqueue(struct workqueue_struct *wq)',
      (call) => {
        const queue = call.pointer(0);
        flushAll(call.session);
        forgetQueue(call.session, queue);
        kfree(call.kernel, queue);
      },
    ],
    [
      'bool queue_work_on(int cpu, struct workqueue_struct *wq, struct work_struct *work)',
      (call) => queueWork(call.session, call.pointer(2), call.pointer(1)),
    ],
    [
      'bool queue_delayed_work_on(int cpu, struct workqueue_struct *wq, struct delayed_work *dwork, unsigned long delay)',
      (call) => queueDelayed(call.session, call.pointer(2), call.size(3), call.pointer(1)),
    ],
    [
      'bool mod_delayed_work_on(int cpu, struct workqueue_struct *wq, struct delayed_work *dwork, unsigned long delay)',
      (call) => modifyDelayed(call.session, call.pointer(2), call.size(3), call.pointer(1)),
    ],
    ['void delayed_work_timer_fn(struct timer_list *t)', () => undefined],
    ['bool cancel_work(struct work_struct *work)', (call) => cancel(call.session, call.pointer(0))],
    ['bool cancel_delayed_work(struct delayed_work *dwork)', (call) => cancel(call.session, call.pointer(0))],
    [
      'bool cancel_work_sync(struct work_struct *work)',
      (call) => {
        const work = call.pointer(0);
        return cancelSync(call.session, work);
      },
    ],
    [
      'bool cancel_delayed_work_sync(struct delayed_work *dwork)',
      (call) => {
        const work = call.pointer(0);
        return cancelSync(call.session, work);
      },
    ],
    ['bool flush_work(struct work_struct *work)', (call) => flush(call.session, call.pointer(0))],
    ['bool flush_delayed_work(struct delayed_work *dwork)', (call) => flushDelayed(call.session, call.pointer(0))],
    ['void __flush_workqueue(struct workqueue_struct *wq)', (call) => flushAll(call.session)],
    ['void drain_workqueue(struct workqueue_struct *wq)', (call) => flushAll(call.session)],
  ]),
];

/** Wakes a task that waits for another's end. */
export function endWaits(session: Session, ended: Task): void {
  for (const task of taskState(session.kernel).list) if (task.wait?.endOf === ended.pid) wake(session, task);
}
