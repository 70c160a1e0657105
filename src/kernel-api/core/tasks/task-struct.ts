import type { Address } from '../../../memory/address.ts';
import type { Session } from '../session.ts';

/** `struct pid` with one `struct upid`, where the profile does not know them. */
const PID_SIZE = 112;

/** The bytes of a `task_struct`, and behind it of its `struct pid`. */
export function structSize({ fields }: Session): number {
  return taskSize(fields) + (fields.size('pid') + fields.size('upid') || PID_SIZE);
}

const taskSize = (fields: Session['fields']): number => fields.size('task_struct') || 9792;

/** The `struct pid` of a task: `thread_pid`. It has one reference, and the number in the only name space. */
export function fillPid({ memory, fields }: Session, task: Address, number: number): void {
  const pid = task + taskSize(fields);
  const [place, count, numbers, nr] = [
    fields.find('task_struct', 'thread_pid'),
    fields.find('pid', 'count'),
    fields.find('pid', 'numbers'),
    fields.find('upid', 'nr'),
  ];
  if (place !== undefined) memory.writePointer(task + place, pid);
  if (count !== undefined) memory.writeU32(pid + count, 1);
  if (numbers !== undefined && nr !== undefined) memory.writeU32(pid + numbers + nr, number);
}

/** The task that the idle processor runs, whose credentials all others have. */
export function initTask({ kernel }: Session): Address | undefined {
  return kernel.profile.exports.find('init_task')?.address;
}

/** A text in a field of `size` bytes, cut off and with its NUL. */
export function writeString(session: Session, address: Address, text: string, size: number): void {
  const bytes = session.memory.view(address, size, 'write');
  bytes.fill(0);
  for (let index = 0; index < Math.min(text.length, size - 1); index++) bytes[index] = text.charCodeAt(index);
}

/** What a task has of its parent's. */
export function inherit(session: Session, task: Address, parent: Address): void {
  for (const field of ['cred', 'real_cred', 'nsproxy', 'fs', 'files', 'signal', 'sighand']) {
    const value = session.pointerAt(parent, 'task_struct', field);
    session.memory.writePointer(session.at(task, 'task_struct', field), value);
  }
}

/** Takes a task out of the list that `for_each_process` walks. */
export function unlinkTask(session: Session, address: Address): void {
  const { memory } = session;
  const entry = session.at(address, 'task_struct', 'tasks');
  const [next, previous] = [memory.readPointer(entry), memory.readPointer(entry + 8)];
  memory.writePointer(next + 8, previous);
  memory.writePointer(previous, next);
}
