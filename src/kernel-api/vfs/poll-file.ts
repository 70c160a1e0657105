import { EINTR } from '../../abi/negative-errno.ts';
import { nanoseconds } from '../../kernel/clock.ts';
import { kfree, kzalloc } from '../../kernel/memory/heap.ts';
import type { Address } from '../../memory/address.ts';
import type { Session } from '../core/session.ts';
import { sleep } from '../core/tasks/scheduler.ts';
import { signalPending } from '../functions/scheduling/sleeping.ts';
import { listAddTail, listDelInit } from '../lists.ts';
import { type OpenFile, operation } from './open-file.ts';

/** Events by their names in poll(2), in the order of their bits; include/uapi/asm-generic/poll.h. */
export const POLL_EVENTS = {
  POLLIN: 1,
  POLLPRI: 2,
  POLLOUT: 4,
  POLLERR: 8,
  POLLHUP: 0x10,
  POLLNVAL: 0x20,
  POLLRDNORM: 0x40,
  POLLRDBAND: 0x80,
  POLLWRNORM: 0x100,
  POLLWRBAND: 0x200,
  POLLMSG: 0x400,
  POLLRDHUP: 0x2000,
} as const;

/** `DEFAULT_POLLMASK`: what a file without a `poll` of its own is. */
const DEFAULT = POLL_EVENTS.POLLIN | POLL_EVENTS.POLLOUT | POLL_EVENTS.POLLRDNORM | POLL_EVENTS.POLLWRNORM;
/** What is always told, asked for or not. */
const ALWAYS = POLL_EVENTS.POLLERR | POLL_EVENTS.POLLHUP;

/**
 * poll(2) of one file: the events that came, 0 when the time was up, or a negative errno. `timeout`: nanoseconds of
 * virtual time, undefined to wait for ever.
 */
export function pollFile(session: Session, opened: OpenFile, events: number, timeout: number | undefined): number {
  const poll = operation(session, opened, 'poll');
  const wanted = events | ALWAYS;
  if (poll === 0) return DEFAULT & wanted;
  const until = timeout === undefined ? undefined : nanoseconds(session.kernel) + timeout;
  const table = makeTable(session, wanted);
  try {
    return wait(session, () => askDriver(session, poll, opened.file, table) & wanted, until);
  } finally {
    freeWaits(session);
    kfree(session.kernel, table);
  }
}

/** `vfs_poll`: the driver says once what is to wake the program. */
function askDriver(session: Session, poll: Address, file: Address, table: Address): number {
  const events = session.callInt(poll, file, table);
  session.memory.writePointer(session.at(table, 'poll_table_struct', '_qproc'), 0);
  return events;
}

/** `do_poll`. */
function wait(session: Session, ask: () => number, until: number | undefined): number {
  for (;;) {
    const events = ask();
    if (events !== 0) return events;
    if (signalPending(session)) return EINTR;
    if (until !== undefined && nanoseconds(session.kernel) >= until) return 0;
    setInterruptible(session);
    sleep(session, { ...(until !== undefined && { until }), timedOut: '0', woken: '0' });
  }
}

function setInterruptible(session: Session): void {
  session.memory.writeU32(session.at(session.current.address, 'task_struct', '__state'), 1);
}

/** `poll_initwait`: a `poll_table` through which drivers say what is to wake the program. */
function makeTable(session: Session, wanted: number): Address {
  const { kernel, memory, fields } = session;
  const table = kzalloc(kernel, fields.size('poll_wqueues') || 64);
  const queue = kernel.profile.symbolAddress('__pollwait');
  if (queue !== undefined) memory.writePointer(session.at(table, 'poll_table_struct', '_qproc'), queue);
  memory.writeU32(session.at(table, 'poll_table_struct', '_key'), wanted);
  return table;
}

/** `__pollwait(filp, wait_address, p)`: the program is woken with those who wait in this queue. */
export function addPollWait(session: Session, queue: Address): void {
  const { kernel, memory, fields } = session;
  const entry = kzalloc(kernel, fields.size('wait_queue_entry'));
  const wake = kernel.profile.exports.find('default_wake_function')?.address ?? 0;
  memory.writePointer(session.at(entry, 'wait_queue_entry', 'private'), session.current.address);
  memory.writePointer(session.at(entry, 'wait_queue_entry', 'func'), wake);
  const link = session.at(entry, 'wait_queue_entry', 'entry');
  listAddTail(memory, link, session.at(queue, 'wait_queue_head', 'head'));
  session.pollEntries.push(entry);
}

/** `poll_freewait`. */
function freeWaits(session: Session): void {
  for (const entry of session.pollEntries.splice(0)) {
    listDelInit(session.memory, session.at(entry, 'wait_queue_entry', 'entry'));
    kfree(session.kernel, entry);
  }
}
