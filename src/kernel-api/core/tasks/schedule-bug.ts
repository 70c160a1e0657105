import { printModules } from '../../../kernel/log/dump-stack.ts';
import { KERN, printk } from '../../../kernel/log/printk.ts';
import { addTaint, TAINT } from '../../../kernel/log/taint.ts';
import { dumpStack } from '../faults/dump.ts';
import { inInterrupt, preemptCount, setPreemptCount } from '../kernel-data/percpu.ts';
import type { Session } from '../session.ts';

/** Sessions in which a task has slept like that: the unlocking that follows is one too many. */
const offBalance = new WeakSet<Session>();

/** The least that the count may become. */
export function leastPreemptCount(session: Session): number {
  return offBalance.has(session) ? -1 : 0;
}

/** `__schedule_bug`, kernel/sched/core.c: a task goes to sleep with preemption off. It goes on as if it were on. `schedule` itself counts one. */
export function scheduleBug(session: Session): void {
  const { kernel, current } = session;
  const count = (preemptCount(kernel) + 1).toString(16).padStart(8, '0');
  printk(kernel, KERN.ERR, `BUG: scheduling while atomic: ${current.comm}/${current.pid}/0x${count}`);
  printModules(kernel);
  dumpStack(session);
  addTaint(kernel, TAINT.WARN, 'LOCKDEP_STILL_OK');
  if (inInterrupt(kernel)) return;
  setPreemptCount(kernel, 0);
  offBalance.add(session);
}
