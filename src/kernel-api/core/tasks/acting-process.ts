import { kfree, kzalloc } from '../../../kernel/memory/heap.ts';
import { asKernelFunctions } from '../probes/acting.ts';
import type { Session } from '../session.ts';
import { setCurrent } from './current.ts';
import type { Task } from './task.ts';
import { shellTask } from './tasks.ts';

/** What fork(2) asks of `kernel_clone`: CLONE_CHILD_SETTID, CLONE_CHILD_CLEARTID, SIGCHLD. */
const FORK_FLAGS = 0x1200000n;
const SIGCHLD = 17;
const CLONE_ARGS_SIZE = 128;

/** Whether the shell that commands are typed into starts a program for this: it writes to files itself. */
function isProgram({ comm }: Task): boolean {
  return comm !== 'sh';
}

/** The shell starts the command's program: those who probe `kernel_clone` are told. */
export function startProcess(session: Session, task: Task): void {
  if (!isProgram(task)) return;
  const { memory, kernel, fields } = session;
  const args = kzalloc(kernel, fields.size('kernel_clone_args') || CLONE_ARGS_SIZE);
  const set = (field: string, write: (address: number) => void): void => {
    const offset = fields.find('kernel_clone_args', field);
    if (offset !== undefined) write(args + offset);
  };
  set('flags', (address) => memory.writeU64(address, FORK_FLAGS));
  set('exit_signal', (address) => memory.writeU32(address, SIGCHLD));
  setCurrent(session, shellTask(session, task));
  asKernelFunctions(
    session,
    () => [{ name: 'kernel_clone', args: [args] }],
    () => task.pid,
  );
  setCurrent(session, task);
  kfree(kernel, args);
}

/** The command's program ends with exit status 0. */
export function endProcess(session: Session, task: Task): void {
  if (!isProgram(task)) return;
  asKernelFunctions(
    session,
    () => ['do_group_exit', 'do_exit'].map((name) => ({ name, args: [0] })),
    () => 0,
  );
}
