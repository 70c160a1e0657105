import { EINVAL, ESRCH } from '../../../abi/negative-errno.ts';
import { subsystem } from '../../../kernel/subsystem.ts';
import type { Address } from '../../../memory/address.ts';
import type { Session } from '../../core/session.ts';
import { TIF, wake } from '../../core/tasks/scheduler.ts';
import { TASK_INTERRUPTIBLE, type Task } from '../../core/tasks/task.ts';
import { findTask } from '../../core/tasks/tasks.ts';
import { rowsOf } from '../../kernel-function.ts';
import { taskOfPid } from './pids.ts';

/** `_NSIG`. */
const SIGNALS = 64;
/** `SIG_IGN`. */
const SIG_IGN = 1;

/** Signals of a task: those that a kernel thread has allowed, and those that wait, the first sent first. */
interface Signals {
  /** Whose they are: its task_struct may be another's by now. */
  readonly pid: number;
  readonly allowed: number[];
  readonly pending: number[];
}

const signalState = subsystem('signals', () => ({ byTask: {} as Record<string, Signals> }));

function signalsOf(session: Session, task: Address): Signals {
  const { byTask } = signalState(session.kernel);
  const pid = session.memory.readU32(session.at(task, 'task_struct', 'pid'));
  const known = byTask[task];
  if (known?.pid === pid) return known;
  const signals: Signals = { pid, allowed: [], pending: [] };
  byTask[task] = signals;
  return signals;
}

/** `recalc_sigpending_tsk`. */
function recalculate(session: Session, task: Address): void {
  const flags = session.at(task, 'task_struct', 'thread_info');
  const value = session.memory.readU64(flags);
  const waits = signalsOf(session, task).pending.length > 0;
  session.memory.writeU64(flags, waits ? value | TIF.SIGPENDING : value & ~TIF.SIGPENDING);
}

/** `sig_task_ignored`: kernel threads ignore what they have not allowed. */
function isIgnored(session: Session, task: Task | undefined, address: Address, signal: number): boolean {
  return task === undefined || (task.thread === true && !signalsOf(session, address).allowed.includes(signal));
}

/** `send_signal_locked`: a task that waits interruptibly is woken. */
function send(session: Session, signal: number, address: Address): number {
  if (address === 0) return ESRCH;
  if (signal < 0 || signal > SIGNALS) return EINVAL;
  const task = findTask(session.kernel, address);
  if (task?.state === 'dead') return ESRCH;
  if (signal === 0 || isIgnored(session, task, address, signal)) return 0;
  const { pending } = signalsOf(session, address);
  if (!pending.includes(signal)) pending.push(signal);
  recalculate(session, address);
  const state = session.memory.readU32(session.at(address, 'task_struct', '__state'));
  if (task?.state === 'asleep' && state & TASK_INTERRUPTIBLE) wake(session, task);
  return 0;
}

/** `kernel_sigaction`, behind `allow_signal` and `disallow_signal`. */
function setAction(session: Session, signal: number, action: Address): void {
  const { allowed, pending } = signalsOf(session, session.current.address);
  const at = allowed.indexOf(signal);
  if (action !== SIG_IGN && at < 0) allowed.push(signal);
  if (action !== SIG_IGN) return;
  if (at >= 0) allowed.splice(at, 1);
  if (pending.includes(signal)) pending.splice(pending.indexOf(signal), 1);
  recalculate(session, session.current.address);
}

/** `dequeue_signal`: the lowest one; 0 when none waits. */
function take(session: Session, task: Address): number {
  const { pending } = signalsOf(session, task);
  const signal = pending.length === 0 ? 0 : Math.min(...pending);
  if (signal !== 0) pending.splice(pending.indexOf(signal), 1);
  recalculate(session, task);
  return signal;
}

function flush(session: Session, task: Address): void {
  signalsOf(session, task).pending.length = 0;
  recalculate(session, task);
}

/** Signals: kernel/signal.c. */
export const signalFunctions = () =>
  rowsOf('kernel/signal.c', [
    [
      'int send_sig(int sig, struct task_struct *p, int priv)',
      (call) => send(call.session, call.int(0), call.pointer(1)),
    ],
    [
      'int send_sig_info(int sig, struct kernel_siginfo *info, struct task_struct *p)',
      (call) => send(call.session, call.int(0), call.pointer(2)),
    ],
    [
      'int kill_pid(struct pid *pid, int sig, int priv)',
      (call) => send(call.session, call.int(1), taskOfPid(call.session, call.pointer(0))),
    ],
    [
      'void kernel_sigaction(int sig, void (*action)(int))',
      (call) => setAction(call.session, call.int(0), call.pointer(1)),
    ],
    ['void flush_signals(struct task_struct *t)', (call) => flush(call.session, call.pointer(0))],
    [
      'int dequeue_signal(struct task_struct *tsk, sigset_t *mask, kernel_siginfo_t *info, enum pid_type *type)',
      (call) => take(call.session, call.pointer(0)),
    ],
    ['void recalc_sigpending(void)', (call) => recalculate(call.session, call.session.current.address)],
    ['void force_sig(int sig)', (call) => void send(call.session, call.int(0), call.session.current.address)],
  ]);
