import type { Address } from '../../../memory/address.ts';
import type { Session } from '../../core/session.ts';
import { addressOfTask } from '../../core/tasks/tasks.ts';
import { rowsOf } from '../../kernel-function.ts';

/** `struct pid` of a number that a task has; 0 for none. */
function pidOf(session: Session, number: number): Address {
  const task = addressOfTask(session, number);
  return task === 0 ? 0 : session.pointerAt(task, 'task_struct', 'thread_pid');
}

/** An object with one reference more, which its `field` counts; 0 for none. */
function counted(session: Session, object: Address, structure: string, field: string): Address {
  if (object === 0) return 0;
  const count = session.at(object, structure, field);
  session.memory.writeU32(count, session.memory.readU32(count) + 1);
  return object;
}

/** `get_pid`. */
const referenced = (session: Session, pid: Address): Address => counted(session, pid, 'pid', 'count');

/** `get_task_struct`. */
const hold = (session: Session, task: Address): Address => counted(session, task, 'task_struct', 'usage');

function release(session: Session, pid: Address): void {
  if (pid === 0) return;
  const count = session.at(pid, 'pid', 'count');
  session.memory.writeU32(count, Math.max(1, session.memory.readU32(count) - 1));
}

/** `pid_task`: the task that has a number now; 0 when it is gone. */
export function taskOfPid(session: Session, pid: Address): Address {
  const numbers = session.fields.find('pid', 'numbers');
  if (pid === 0 || numbers === undefined) return 0;
  return addressOfTask(session, session.memory.readU32(session.at(pid + numbers, 'upid', 'nr')));
}

/** `__task_pid_nr_ns`: there is one name space. */
function numberOf(session: Session, task: Address): number {
  return session.memory.readU32(session.at(task, 'task_struct', 'pid'));
}

/** Numbers of tasks: kernel/pid.c. */
export const pidFunctions = () =>
  rowsOf('kernel/pid.c', [
    ['struct pid *find_get_pid(pid_t nr)', (call) => referenced(call.session, pidOf(call.session, call.int(0)))],
    ['struct pid *find_vpid(int nr)', (call) => pidOf(call.session, call.int(0))],
    ['struct pid *find_pid_ns(int nr, struct pid_namespace *ns)', (call) => pidOf(call.session, call.int(0))],
    [
      'struct task_struct *pid_task(struct pid *pid, enum pid_type type)',
      (call) => taskOfPid(call.session, call.pointer(0)),
    ],
    [
      'struct task_struct *get_pid_task(struct pid *pid, enum pid_type type)',
      (call) => hold(call.session, taskOfPid(call.session, call.pointer(0))),
    ],
    [
      'struct pid *get_task_pid(struct task_struct *task, enum pid_type type)',
      (call) => referenced(call.session, pidOf(call.session, numberOf(call.session, call.pointer(0)))),
    ],
    ['void put_pid(struct pid *pid)', (call) => release(call.session, call.pointer(0))],
    [
      'pid_t __task_pid_nr_ns(struct task_struct *task, enum pid_type type, struct pid_namespace *ns)',
      (call) => numberOf(call.session, call.pointer(0) === 0 ? call.session.current.address : call.pointer(0)),
    ],
    [
      'pid_t pid_nr_ns(struct pid *pid, struct pid_namespace *ns)',
      (call) => {
        const task = taskOfPid(call.session, call.pointer(0));
        return task === 0 ? 0 : numberOf(call.session, task);
      },
    ],
  ]);
