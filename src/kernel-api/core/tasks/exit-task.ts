import { EFLAGS_ENABLED } from '../../../abi/x86-registers.ts';
import { TaskKilled } from '../../../kernel/task-killed.ts';
import { setPreemptCount } from '../kernel-data/percpu.ts';
import type { Session } from '../session.ts';
import type { Task } from './task.ts';
import { stackTop } from './tasks.ts';

/** `do_exit`: a command that died of an oops closes its files. Gives back what it died of. */
export function exitTask(session: Session, task: Task, death: unknown): unknown {
  if (!session.exitFiles || !(death instanceof TaskKilled) || death.cause !== 'oops') return death;
  session.depth = 0;
  session.cpu.writeRegister('rsp', stackTop(task));
  session.cpu.writeRegister('eflags', EFLAGS_ENABLED);
  setPreemptCount(session.kernel, 0);
  session.exitFiles();
  return death;
}
