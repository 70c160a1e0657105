import { ERESTARTSYS } from '../../../abi/negative-errno.ts';
import { kzalloc } from '../../../kernel/memory/heap.ts';
import { subsystem } from '../../../kernel/subsystem.ts';
import type { Address } from '../../../memory/address.ts';
import type { AddressSpace } from '../../../memory/address-space.ts';
import type { Session } from '../../core/session.ts';
import { TASK_INTERRUPTIBLE, TASK_RUNNING } from '../../core/tasks/task.ts';
import { doing, type GuestCall, rowsOf } from '../../kernel-function.ts';
import { initListHead, listAddTail, listDelInit, listEntries } from '../../lists.ts';
import { setState, signalPending, wakeEntry } from './sleeping.ts';

const WQ_FLAG_EXCLUSIVE = 1;
/** `TASK_NORMAL`: whom a plain wake-up wakes. */
const TASK_NORMAL = 3;

/** `__wake_up_common`: calls the entries' functions until so many exclusive ones are woken. */
function wakeQueue(session: Session, queue: Address, mode: number, exclusive: number, key: Address): void {
  const { memory, fields } = session;
  let left = exclusive;
  for (const link of listEntries(memory, session.at(queue, 'wait_queue_head', 'head'))) {
    const entry = link - fields.offset('wait_queue_entry', 'entry');
    const flags = memory.readU32(session.at(entry, 'wait_queue_entry', 'flags'));
    const woken = session.callInt(session.pointerAt(entry, 'wait_queue_entry', 'func'), entry, mode, 0, key);
    if (woken > 0 && flags & WQ_FLAG_EXCLUSIVE && --left === 0) break;
  }
}

function isQueued(memory: AddressSpace, link: Address): boolean {
  const next = memory.readPointer(link);
  return next !== 0 && next !== link;
}

function prepareToWait(call: GuestCall, exclusive: boolean): void {
  const { session, memory } = call;
  const [queue, entry, state] = [call.pointer(0), call.pointer(1), call.int(2)];
  const flags = session.at(entry, 'wait_queue_entry', 'flags');
  const bits = memory.readU32(flags);
  memory.writeU32(flags, exclusive ? bits | WQ_FLAG_EXCLUSIVE : bits & ~WQ_FLAG_EXCLUSIVE);
  const link = session.at(entry, 'wait_queue_entry', 'entry');
  if (!isQueued(memory, link)) listAddTail(memory, link, session.at(queue, 'wait_queue_head', 'head'));
  setState(session, state);
}

function prepareToWaitEvent(call: GuestCall): number {
  const { session, memory } = call;
  if (call.int(2) & TASK_INTERRUPTIBLE && signalPending(session)) {
    listDelInit(memory, session.at(call.pointer(1), 'wait_queue_entry', 'entry'));
    return ERESTARTSYS;
  }
  prepareToWait(call, false);
  return 0;
}

function finishWait(call: GuestCall): void {
  const { session, memory } = call;
  setState(session, TASK_RUNNING);
  listDelInit(memory, session.at(call.pointer(1), 'wait_queue_entry', 'entry'));
}

function initWaitEntry(call: GuestCall): void {
  fillEntry(call, call.pointer(0), call.int(1));
}

function fillEntry({ session, memory, kernel }: GuestCall, entry: Address, flags: number): void {
  memory.writeU32(session.at(entry, 'wait_queue_entry', 'flags'), flags);
  memory.writePointer(session.at(entry, 'wait_queue_entry', 'private'), session.current.address);
  const wakeFunction = kernel.profile.exports.find('autoremove_wake_function')!.address;
  memory.writePointer(session.at(entry, 'wait_queue_entry', 'func'), wakeFunction);
  initListHead(memory, session.at(entry, 'wait_queue_entry', 'entry'));
}

function addWaitQueue(call: GuestCall): void {
  const { session, memory } = call;
  const link = session.at(call.pointer(1), 'wait_queue_entry', 'entry');
  listAddTail(memory, link, session.at(call.pointer(0), 'wait_queue_head', 'head'));
}

function initWaitQueueHead(call: GuestCall): void {
  const { session, memory } = call;
  memory.writeU32(call.pointer(0), 0);
  initListHead(memory, session.at(call.pointer(0), 'wait_queue_head', 'head'));
}

/** The queue of all who wait for a variable to change; each looks at its own when all are woken. */
const variableState = subsystem('wait-var', () => ({ queue: 0 as Address }));

function variableQueue(session: Session): Address {
  const state = variableState(session.kernel);
  if (state.queue !== 0) return state.queue;
  state.queue = kzalloc(session.kernel, session.fields.size('wait_queue_head'));
  initListHead(session.memory, session.at(state.queue, 'wait_queue_head', 'head'));
  return state.queue;
}

/** `init_wait_var_entry(wbq_entry, var, flags)`. */
function initVariableEntry(call: GuestCall): void {
  const { session, memory } = call;
  const [place, variable, flags] = [call.pointer(0), call.pointer(1), call.int(2)];
  const key = session.at(place, 'wait_bit_queue_entry', 'key');
  memory.writePointer(session.at(key, 'wait_bit_key', 'flags'), variable);
  memory.writeU32(session.at(key, 'wait_bit_key', 'bit_nr'), 0xffffffff);
  fillEntry(call, session.at(place, 'wait_bit_queue_entry', 'wq_entry'), flags);
}

/** Waiting and waking: kernel/sched. */
export const waitFunctions = () => [
  ...rowsOf('kernel/sched/wait.c', [
    [
      'void __init_waitqueue_head(struct wait_queue_head *wq_head, const char *name, struct lock_class_key *key)',
      initWaitQueueHead,
    ],
    ['void add_wait_queue(struct wait_queue_head *wq_head, struct wait_queue_entry *wq_entry)', addWaitQueue],
    ['void add_wait_queue_exclusive(struct wait_queue_head *wq_head, struct wait_queue_entry *wq_entry)', addWaitQueue],
    [
      'void remove_wait_queue(struct wait_queue_head *wq_head, struct wait_queue_entry *wq_entry)',
      (call) => listDelInit(call.memory, call.session.at(call.pointer(1), 'wait_queue_entry', 'entry')),
    ],
    [
      'int __wake_up(struct wait_queue_head *wq_head, unsigned int mode, int nr_exclusive, void *key)',
      doing((call) => wakeQueue(call.session, call.pointer(0), call.int(1), call.int(2), call.pointer(3)), 0),
    ],
    [
      'void __wake_up_sync(struct wait_queue_head *wq_head, unsigned int mode)',
      (call) => wakeQueue(call.session, call.pointer(0), call.int(1), 1, 0),
    ],
    [
      'void __wake_up_sync_key(struct wait_queue_head *wq_head, unsigned int mode, void *key)',
      (call) => wakeQueue(call.session, call.pointer(0), call.int(1), 1, call.pointer(2)),
    ],
    [
      'void __wake_up_locked(struct wait_queue_head *wq_head, unsigned int mode, int nr)',
      (call) => wakeQueue(call.session, call.pointer(0), call.int(1), call.int(2), 0),
    ],
    [
      'void prepare_to_wait(struct wait_queue_head *wq_head, struct wait_queue_entry *wq_entry, int state)',
      (call) => prepareToWait(call, false),
    ],
    [
      'bool prepare_to_wait_exclusive(struct wait_queue_head *wq_head, struct wait_queue_entry *wq_entry, int state)',
      doing((call) => prepareToWait(call, true), 1),
    ],
    [
      'long prepare_to_wait_event(struct wait_queue_head *wq_head, struct wait_queue_entry *wq_entry, int state)',
      prepareToWaitEvent,
    ],
    ['void finish_wait(struct wait_queue_head *wq_head, struct wait_queue_entry *wq_entry)', finishWait],
    ['void init_wait_entry(struct wait_queue_entry *wq_entry, int flags)', initWaitEntry],
    [
      'int autoremove_wake_function(struct wait_queue_entry *wq_entry, unsigned mode, int sync, void *key)',
      (call) => wakeEntry(call.session, call.pointer(0), true),
    ],
    [
      'int woken_wake_function(struct wait_queue_entry *wq_entry, unsigned mode, int sync, void *key)',
      (call) => wakeEntry(call.session, call.pointer(0), false),
    ],
  ]),
  ...rowsOf('kernel/sched/wait_bit.c', [
    ['wait_queue_head_t *__var_waitqueue(void *p)', (call) => variableQueue(call.session)],
    ['void init_wait_var_entry(struct wait_bit_queue_entry *wbq_entry, void *var, int flags)', initVariableEntry],
    ['void wake_up_var(void *var)', (call) => wakeQueue(call.session, variableQueue(call.session), TASK_NORMAL, 0, 0)],
  ]),
  ...rowsOf('kernel/sched/swait.c', [
    [
      'void __init_swait_queue_head(struct swait_queue_head *q, const char *name, struct lock_class_key *key)',
      (call) => initListHead(call.memory, call.session.at(call.pointer(0), 'swait_queue_head', 'task_list')),
    ],
  ]),
];
