import { nanoseconds } from '../../../kernel/clock.ts';
import type { Address } from '../../../memory/address.ts';
import { withFrames } from '../../core/faults/call-frames.ts';
import type { Session } from '../../core/session.ts';
import { addEvent, findEvent, removeEvent } from '../../core/tasks/events.ts';
import { type GuestCall, rowsOf } from '../../kernel-function.ts';

/** `TASKLET_STATE_SCHED` in `tasklet_struct.state`. */
const TASKLET_SCHEDULED = 1n;

/** `tasklet_schedule`. */
function scheduleTasklet(call: GuestCall): void {
  const tasklet = call.pointer(0);
  if (findEvent(call.kernel, 'tasklet', tasklet)) return;
  addEvent(call.kernel, { kind: 'tasklet', address: tasklet, due: nanoseconds(call.kernel) });
}

/** `tasklet_action_common`: a disabled one waits on. */
export function fireTasklet(session: Session, tasklet: Address): void {
  const { memory } = session;
  if (memory.readU32(session.at(tasklet, 'tasklet_struct', 'count')) !== 0) return;
  const state = session.at(tasklet, 'tasklet_struct', 'state');
  memory.writeU64(state, memory.readU64(state) & ~TASKLET_SCHEDULED);
  const byStruct = memory.readU8(session.at(tasklet, 'tasklet_struct', 'use_callback')) !== 0;
  const callback = session.pointerAt(tasklet, 'tasklet_struct', byStruct ? 'callback' : 'func');
  const argument = byStruct ? tasklet : memory.readU64(session.at(tasklet, 'tasklet_struct', 'data'));
  withFrames(session, ['kthread', 'softirqThread', 'tasklet'], () => session.call(callback, argument));
}

function initTasklet(call: GuestCall, byStruct: boolean): void {
  const { session, memory } = call;
  const [tasklet, callback, data] = [call.pointer(0), call.pointer(1), call.long(2)];
  memory.view(tasklet, session.fields.size('tasklet_struct'), 'write').fill(0);
  memory.writePointer(session.at(tasklet, 'tasklet_struct', byStruct ? 'callback' : 'func'), callback);
  memory.writeU8(session.at(tasklet, 'tasklet_struct', 'use_callback'), byStruct ? 1 : 0);
  if (!byStruct) memory.writeU64(session.at(tasklet, 'tasklet_struct', 'data'), data);
}

/** Tasklets. */
export const taskletFunctions = () =>
  rowsOf('kernel/softirq.c', [
    ['void __tasklet_schedule(struct tasklet_struct *t)', scheduleTasklet],
    ['void __tasklet_hi_schedule(struct tasklet_struct *t)', scheduleTasklet],
    [
      'void tasklet_init(struct tasklet_struct *t, void (*func)(unsigned long), unsigned long data)',
      (call) => initTasklet(call, false),
    ],
    [
      'void tasklet_setup(struct tasklet_struct *t, void (*callback)(struct tasklet_struct *))',
      (call) => initTasklet(call, true),
    ],
    [
      'void tasklet_kill(struct tasklet_struct *t)',
      (call) => void removeEvent(call.kernel, 'tasklet', call.pointer(0)),
    ],
    ['void tasklet_unlock_wait(struct tasklet_struct *t)', () => undefined],
  ]);
