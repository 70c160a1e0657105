import { kfree } from '../../../kernel/memory/heap.ts';
import type { Address } from '../../../memory/address.ts';
import { removeEvent } from '../../core/events.ts';
import { settle, sleep } from '../../core/scheduler.ts';
import type { Session } from '../../core/session.ts';
import type { Task } from '../../core/task.ts';
import { removeTask, taskState } from '../../core/tasks.ts';
import { rowsOf } from '../../kernel-function.ts';
import {
  allocWorkqueue,
  fireDelayedWork,
  forgetQueue,
  leaveQueue,
  nextOf,
  queueDelayed,
  queueWork,
  setPending,
  workerOf,
  workState,
} from './workqueues.ts';

/** Items that a flush waits for: one that queues itself for ever ends here. */
const FLUSH_LIMIT = 1000;

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
