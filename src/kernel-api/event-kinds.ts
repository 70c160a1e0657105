import type { EventKinds, TaskEvents } from './core/hooks.ts';
import { endWaits } from './core/tasks/scheduler.ts';
import { threadEnded } from './functions/scheduling/kthread.ts';
import { fireTasklet } from './functions/scheduling/tasklets.ts';
import { fireHrtimer, fireTimer } from './functions/scheduling/timers.ts';
import { workerSleeps } from './functions/scheduling/worker-pool.ts';
import { fireDelayedWork, workEnds, workStarts } from './functions/scheduling/workqueues.ts';

/** What is run when its moment has come. */
export const EVENT_KINDS: EventKinds = {
  timer: fireTimer,
  hrtimer: fireHrtimer,
  tasklet: fireTasklet,
  'delayed-work': fireDelayedWork,
};

/** Bookkeeping of workers and kernel threads. */
export const TASK_EVENTS: TaskEvents = {
  started: workStarts,
  ended: (session, task) => {
    endWaits(session, task);
    threadEnded(session, task);
    workEnds(session, task);
  },
  slept: workerSleeps,
};
