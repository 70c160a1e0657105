import { subsystem } from '../../../kernel/subsystem.ts';
import type { Address } from '../../../memory/address.ts';
import type { Session } from '../../core/session.ts';
import { endItemWaits } from '../../core/tasks/scheduler.ts';
import type { Task } from '../../core/tasks/task.ts';
import { createTask, removeTask, taskState } from '../../core/tasks/tasks.ts';

/** `WQ_UNBOUND`, `WQ_HIGHPRI`: include/linux/workqueue.h. */
export const WQ = { UNBOUND: 2, HIGHPRI: 16 } as const;

/** Whose workers run a queue's items: those of the only processor, its high ones, those of no processor. */
export type PoolName = '0' | '0H' | 'u2';

/** A work item that has been queued. */
export interface Item {
  readonly work: Address;
  readonly queue: Address;
  /** The queue's name, as a trace shows it. */
  readonly queueName: string;
}

/** `struct worker_pool`. */
interface Pool {
  /** Items that no worker has taken yet. */
  readonly pending: Item[];
  /** Workers there have been. */
  created: number;
  /** Numbers of those that have nothing to do, the one that last had comes last. */
  readonly idle: number[];
  /** Their pids, by number. */
  readonly pids: number[];
}

/** The pids of workers that Debian's kernel with one processor has from the start, by pool and number. */
const BOOT_PIDS: Readonly<Record<string, readonly number[]>> = { '0': [7, 17, 48], '0H': [8, 38], u2: [9, 24, 27] };

const poolState = subsystem('worker-pools', () => ({ pools: {} as Record<string, Pool> }));

function poolOf({ kernel }: Session, name: string): Pool {
  const { pools } = poolState(kernel);
  pools[name] ??= { pending: [], created: 0, idle: [], pids: [...(BOOT_PIDS[name] ?? [])] };
  return pools[name];
}

/** `kworker/0:1`, `kworker/0:1H`, `kworker/u2:1`. */
function workerName(pool: string, number: number): string {
  return pool.endsWith('H') ? `kworker/${pool.slice(0, -1)}:${number}H` : `kworker/${pool}:${number}`;
}

/** Whether a worker of the pool has the processor or is about to: it takes the next item when it is done. */
function hasRunner({ kernel }: Session, name: string): boolean {
  return taskState(kernel).list.some(({ pool, state }) => pool === name && state === 'ready');
}

/** `insert_work`: behind the items that wait for a worker. */
export function submitItem(session: Session, name: PoolName, item: Item): void {
  poolOf(session, name).pending.push(item);
  wakeWorker(session, name);
}

/** `wake_up_worker`: an idle one, or a new one, takes the first item if no other is going to. */
function wakeWorker(session: Session, name: string): void {
  const pool = poolOf(session, name);
  if (hasRunner(session, name)) return;
  const item = pool.pending.shift();
  if (!item) return;
  const number = pool.idle.pop() ?? pool.created++;
  const start = startOf(session, item);
  const pid = pool.pids[number];
  const worker = createTask(session, workerName(name, number), {
    ...{ worker: true, state: 'ready', start, pool: name, item, workerNumber: number, queueName: item.queueName },
    ...(pid !== undefined && { pid }),
  });
  pool.pids[number] = worker.pid;
}

function startOf(session: Session, { work }: Item): { address: Address; argument: Address } {
  return { address: session.pointerAt(work, 'work_struct', 'func'), argument: work };
}

/** `wq_worker_sleeping`: while a worker sleeps another takes the items that wait. */
export function workerSleeps(session: Session, { pool }: Task): void {
  if (pool !== undefined) wakeWorker(session, pool);
}

/** A worker's item has come to its end: the item. Until {@link takeNext} the worker counts as one that runs. */
export function workerEnded(session: Session, task: Task): Item | undefined {
  const { pool: name, item } = task;
  if (name === undefined || item === undefined) return undefined;
  endItemWaits(session, item.work);
  task.state = 'ready';
  return item;
}

/** What a worker does when its item has ended. Requires that the item is accounted for. */
export function takeNext(session: Session, task: Task): void {
  const pool = poolOf(session, task.pool!);
  const item = pool.pending.shift();
  if (!item) {
    pool.idle.push(task.workerNumber!);
    removeTask(session, task);
    return;
  }
  Object.assign(task, { item, start: startOf(session, item), queueName: item.queueName, state: 'ready' });
}

/** The worker that has an item, begun or not. */
function workerOf({ kernel }: Session, work: Address): Task | undefined {
  return taskState(kernel).list.find(({ item, state }) => state !== 'dead' && item?.work === work);
}

/** Takes back an item that has not begun: the item. */
export function withdraw(session: Session, work: Address): Item | undefined {
  for (const pool of Object.values(poolState(session.kernel).pools)) {
    const at = pool.pending.findIndex((item) => item.work === work);
    if (at >= 0) return pool.pending.splice(at, 1)[0];
  }
  const worker = workerOf(session, work);
  if (worker?.state !== 'ready' || worker.registers || session.onStack.has(worker)) return undefined;
  const { item } = worker;
  takeNext(session, worker);
  return item;
}

/** Items that have not ended, the first queued first; not the one that is running itself. */
export function itemsUnderWay(session: Session): Item[] {
  const workers = taskState(session.kernel).list.filter(
    (task) => task.item && task.state !== 'dead' && task !== session.current,
  );
  const pools = Object.values(poolState(session.kernel).pools);
  return [...workers.map(({ item }) => item!), ...pools.flatMap(({ pending }) => pending)];
}
