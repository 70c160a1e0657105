import { ERESTARTSYS } from '../../../abi/negative-errno.ts';
import { nanoseconds } from '../../../kernel/clock.ts';
import type { Address } from '../../../memory/address.ts';
import type { Session } from '../../core/session.ts';
import { sleep, wake } from '../../core/tasks/scheduler.ts';
import { TASK_INTERRUPTIBLE } from '../../core/tasks/task.ts';
import { taskState } from '../../core/tasks/tasks.ts';
import { ticksToNanoseconds } from '../../core/tasks/virtual-clock.ts';
import { type GuestCall, rowsOf } from '../../kernel-function.ts';
import { FOREVER, setState, signalPending } from './sleeping.ts';

const ETIMEDOUT_LEFT = 0;

/** The tasks that wait for a completion stand in its swait list as `struct swait_queue`s; here by task alone. */
function waitForCompletion(call: GuestCall, options: { ticks?: bigint; interruptible?: boolean }): bigint {
  const { session, memory } = call;
  const completion = call.pointer(0);
  const done = session.at(completion, 'completion', 'done');
  const count = memory.readU32(done);
  const limited = options.ticks !== undefined && options.ticks < FOREVER;
  if (count > 0) {
    if (count !== 0xffffffff) memory.writeU32(done, count - 1);
    return limited ? (options.ticks! > 0n ? options.ticks! : 1n) : 0n;
  }
  setState(session, options.interruptible ? TASK_INTERRUPTIBLE : 2);
  session.current.waitsFor = completion;
  const until = limited
    ? { until: nanoseconds(call.kernel) + ticksToNanoseconds(call.kernel, Number(options.ticks)) }
    : {};
  return sleep(session, { ...until, timedOut: `${ETIMEDOUT_LEFT}`, woken: limited ? 'remaining-jiffies' : '0' });
}

/** `complete`: a waiting task takes it at once, else it is counted. */
function complete(session: Session, completion: Address, all: boolean): void {
  const { memory } = session;
  const done = session.at(completion, 'completion', 'done');
  for (let waiting = waiterOf(session, completion); waiting; waiting = waiterOf(session, completion)) {
    delete waiting.waitsFor;
    wake(session, waiting);
    if (!all) return;
  }
  const count = memory.readU32(done);
  memory.writeU32(done, all || count === 0xffffffff ? 0xffffffff : count + 1);
}

function waiterOf(session: Session, completion: Address) {
  return taskState(session.kernel).list.find((task) => task.state === 'asleep' && task.waitsFor === completion);
}

/** Completions. */
export const completionFunctions = () => [
  ...rowsOf('kernel/sched/completion.c', [
    ['void complete(struct completion *x)', (call) => complete(call.session, call.pointer(0), false)],
    ['void complete_all(struct completion *x)', (call) => complete(call.session, call.pointer(0), true)],
    ['void wait_for_completion(struct completion *x)', (call) => void waitForCompletion(call, {})],
    [
      'int wait_for_completion_interruptible(struct completion *x)',
      (call) => interrupted(call, waitForCompletion(call, { interruptible: true })),
    ],
    [
      'int wait_for_completion_killable(struct completion *x)',
      (call) => interrupted(call, waitForCompletion(call, { interruptible: true })),
    ],
    [
      'unsigned long wait_for_completion_timeout(struct completion *x, unsigned long timeout)',
      (call) => waitForCompletion(call, { ticks: call.long(1) }),
    ],
    [
      'long wait_for_completion_interruptible_timeout(struct completion *x, unsigned long timeout)',
      (call) => waitForCompletion(call, { ticks: call.long(1), interruptible: true }),
    ],
    [
      'bool try_wait_for_completion(struct completion *x)',
      (call) => {
        const done = call.session.at(call.pointer(0), 'completion', 'done');
        const count = call.memory.readU32(done);
        if (count > 0 && count !== 0xffffffff) call.memory.writeU32(done, count - 1);
        return count > 0;
      },
    ],
    [
      'bool completion_done(struct completion *x)',
      (call) => call.memory.readU32(call.session.at(call.pointer(0), 'completion', 'done')) > 0,
    ],
  ]),
];

function interrupted(call: GuestCall, value: bigint): bigint | number {
  return signalPending(call.session) ? ERESTARTSYS : value;
}
