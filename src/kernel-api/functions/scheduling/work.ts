import { kfree } from '../../../kernel/memory/heap.ts';
import type { Address } from '../../../memory/address.ts';
import type { Session } from '../../core/session.ts';
import { removeEvent } from '../../core/tasks/events.ts';
import { sleep } from '../../core/tasks/scheduler.ts';
import { rowsOf } from '../../kernel-function.ts';
import {
  allocWorkqueue,
  fireDelayedWork,
  forgetQueue,
  isUnderWay,
  itemsOf,
  queueDelayed,
  queueWork,
  setPending,
  takeBack,
} from './workqueues.ts';

/** Items that a flush waits for: one that queues itself for ever ends here. */
const FLUSH_LIMIT = 1000;

/** `__cancel_work`: takes an item back that has not begun. True when it was pending. */
function cancel(session: Session, work: Address): boolean {
  const pending = removeEvent(session.kernel, 'delayed-work', work) || takeBack(session, work);
  if (pending) setPending(session, work, false);
  return pending;
}

/** `cancel_work_sync`: takes it back, or waits for its end. */
function cancelSync(session: Session, work: Address): boolean {
  if (cancel(session, work)) return true;
  awaitItem(session, work, false);
  return false;
}

/** Waits for the end of an item; what the waiting function returns then. */
function awaitItem(session: Session, work: Address, result: boolean): void {
  const value = result ? '1' : '0';
  if (isUnderWay(session, work)) sleep(session, { timedOut: value, woken: value, endOfItem: work });
}

/** `flush_work`: true when there was something to wait for. */
function flush(session: Session, work: Address): boolean {
  const found = isUnderWay(session, work);
  awaitItem(session, work, true);
  return found;
}

/** `__flush_workqueue`: waits until every item that was queued there has come to its end. */
function flushQueue(session: Session, queue: Address): void {
  for (let count = 0; count < FLUSH_LIMIT; count++) {
    const last = itemsOf(session, queue).at(-1);
    if (last === undefined) return;
    awaitItem(session, last, false);
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
        flushQueue(call.session, queue);
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
    ['void __flush_workqueue(struct workqueue_struct *wq)', (call) => flushQueue(call.session, call.pointer(0))],
    ['void drain_workqueue(struct workqueue_struct *wq)', (call) => flushQueue(call.session, call.pointer(0))],
  ]),
];
