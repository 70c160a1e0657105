import { EINTR } from '../../../abi/negative-errno.ts';
import { versionAtLeast } from '../../../kernel/kernel-version.ts';
import type { Address } from '../../../memory/address.ts';
import type { Session } from '../../core/session.ts';
import { leaveThread } from '../../core/tasks/run-task.ts';
import { sleep, TIF, wake, yieldProcessor } from '../../core/tasks/scheduler.ts';
import type { Task } from '../../core/tasks/task.ts';
import { createTask, findTask, removeTask } from '../../core/tasks/tasks.ts';
import { type GuestCall, rowsOf } from '../../kernel-function.ts';
import { format, variadic } from '../text/printk.ts';

/** `kthread_create_on_node`: a thread that waits for its first wake-up; kthreadd makes it, and its caller waits for that. */
function createThread(call: GuestCall, nameIndex: number): Address {
  const start = { address: call.pointer(0), argument: call.pointer(1) };
  const comm = format(call, call.string(nameIndex), variadic(call, nameIndex + 1));
  const { address } = createTask(call.session, comm, { start, thread: true });
  yieldProcessor(call.session);
  return address;
}

/** `kthread_stop`: asks the thread to end, wakes it and waits for what it returns. */
function stopThread(call: GuestCall): bigint {
  const { session } = call;
  const task = findTask(call.kernel, call.pointer(0));
  if (!task) return 0n;
  if (task.state === 'new') {
    removeTask(session, task);
    return BigInt(EINTR);
  }
  task.shouldStop = true;
  if (versionAtLeast(call.kernel, 6, 0)) notifySignal(session, task.address);
  if (task.state !== 'dead') {
    wake(session, task);
    sleep(session, { timedOut: '0', woken: '0', endOf: task.pid });
  }
  const code = task.exitCode ?? 0;
  removeTask(session, task);
  return BigInt(code);
}

/** `set_tsk_thread_flag(k, TIF_NOTIFY_SIGNAL)`: its interruptible waits end. */
function notifySignal(session: Session, task: Address): void {
  const flags = session.at(task, 'task_struct', 'thread_info');
  session.memory.writeU64(flags, session.memory.readU64(flags) | TIF.NOTIFY_SIGNAL);
}

/** A thread that has ended stays until somebody asks for its value, as its task_struct does. */
export function threadEnded(_session: Session, task: Task): void {
  if (task.thread) delete task.registers;
}

/** Kernel threads: kernel/kthread.c. */
export const kthreadFunctions = () =>
  rowsOf('kernel/kthread.c', [
    [
      'struct task_struct *kthread_create_on_node(int (*threadfn)(void *data), void *data, int node, const char namefmt[], ...)',
      (call) => createThread(call, 3),
    ],
    [
      'struct task_struct *kthread_create_on_cpu(int (*threadfn)(void *data), void *data, unsigned int cpu, const char *namefmt)',
      (call) => createThread(call, 3),
    ],
    ['void kthread_bind(struct task_struct *p, unsigned int cpu)', () => undefined],
    ['int kthread_stop(struct task_struct *k)', stopThread],
    ['bool kthread_should_stop(void)', (call) => call.session.current.shouldStop === true],
    ['bool kthread_should_park(void)', () => 0],
    ['void kthread_parkme(void)', () => undefined],
    ['int kthread_park(struct task_struct *k)', () => 0],
    ['void kthread_unpark(struct task_struct *k)', () => undefined],
    [
      'void *kthread_data(struct task_struct *task)',
      (call) => findTask(call.kernel, call.pointer(0))?.start?.argument ?? 0,
    ],
    ['void kthread_complete_and_exit(struct completion *comp, long code)', (call) => exitThread(call)],
  ]);

/** `kthread_complete_and_exit`: the completion, then the end of the thread, from wherever it is called. */
function exitThread(call: GuestCall): void {
  const { session } = call;
  const [completion, code] = [call.pointer(0), call.signedLong(1)];
  const address = call.kernel.profile.exports.find('complete')?.address;
  if (completion !== 0 && address !== undefined) session.call(address, completion);
  session.current.exitCode = Number(code);
  leaveThread(session);
}
