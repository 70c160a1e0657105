import { sprintSymbol } from '../faults/symbolize.ts';
import { percpuAddress } from '../kernel-data/percpu.ts';
import type { Session } from '../session.ts';
import type { Task } from './task.ts';

/** Makes a task the one that runs (`current`). */
export function setCurrent(session: Session, task: Task): void {
  session.current = task;
  session.kernel.current = { pid: task.pid, comm: task.comm, ...workOf(session, task) };
  const address = percpuAddress(session.kernel, 'current_task');
  if (address !== undefined) session.memory.writePointer(address, task.address);
}

/** `print_worker_info`: the item that a worker runs. */
function workOf({ kernel }: Session, { worker, queueName, start }: Task): { work?: string } {
  if (!worker || !start) return {};
  return { work: `${queueName ?? 'events'} ${sprintSymbol(kernel, start.address, 's')}` };
}
