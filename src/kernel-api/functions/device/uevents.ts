import { ENOMEM } from '../../../abi/negative-errno.ts';
import { kfree, kzalloc } from '../../../kernel/memory/heap.ts';
import type { Address } from '../../../memory/address.ts';
import type { Session } from '../../core/session.ts';
import { writeBytes } from '../../guest-text.ts';
import { isKernelBus } from './buses.ts';

/** `UEVENT_BUFFER_SIZE`, `UEVENT_NUM_ENVP`, include/linux/kobject.h. */
const BUFFER_SIZE = 2048;
const MOST_VARIABLES = 64;

/** What adds a device's own variables, in the order of `dev_uevent`, drivers/base/core.c. */
function callbacks(session: Session, device: Address): Address[] {
  const [bus, cls, type] = ['bus', 'class', 'type'].map((field) => session.pointerAt(device, 'device', field)) as [
    Address,
    Address,
    Address,
  ];
  const found = [
    bus === 0 || isKernelBus(session, bus) ? 0 : session.pointerAt(bus, 'bus_type', 'uevent'),
    cls === 0 ? 0 : session.pointerAt(cls, 'class', 'dev_uevent'),
    type === 0 ? 0 : session.pointerAt(type, 'device_type', 'uevent'),
  ];
  return found.filter((address) => address !== 0);
}

/** Asks a device's bus, class and type for the variables of an event: `NAME=value` each. */
export function ueventVariables(session: Session, device: Address): string[] {
  const asked = callbacks(session, device);
  if (asked.length === 0) return [];
  const { memory, kernel, fields } = session;
  const env = kzalloc(kernel, fields.size('kobj_uevent_env'));
  for (const callback of asked) session.callInt(callback, device, env);
  const count = memory.readU32(session.at(env, 'kobj_uevent_env', 'envp_idx'));
  const first = session.at(env, 'kobj_uevent_env', 'envp');
  const variables = Array.from({ length: count }, (_, index) =>
    memory.readCString(memory.readPointer(first + index * 8)),
  );
  kfree(kernel, env);
  return variables;
}

/** `kobject_uevent` of a device: its bus, class and type are asked; nobody listens. */
export function sendUevent(session: Session, device: Address): void {
  ueventVariables(session, device);
}

/** `add_uevent_var`, lib/kobject_uevent.c: 0 or -ENOMEM. */
export function addVariable(session: Session, env: Address, text: string): number {
  const { memory } = session;
  const [countAt, lengthAt] = ['envp_idx', 'buflen'].map((field) => session.at(env, 'kobj_uevent_env', field)) as [
    Address,
    Address,
  ];
  const [count, length] = [memory.readU32(countAt), memory.readU32(lengthAt)];
  if (count >= MOST_VARIABLES || length + text.length >= BUFFER_SIZE) return ENOMEM;
  const place = session.at(env, 'kobj_uevent_env', 'buf') + length;
  writeBytes(session, place, `${text}\0`);
  memory.writePointer(session.at(env, 'kobj_uevent_env', 'envp') + count * 8, place);
  memory.writeU32(countAt, count + 1);
  memory.writeU32(lengthAt, length + text.length + 1);
  return 0;
}
