import { EBUSY, isErrorValue } from '../../../abi/negative-errno.ts';
import { addMap, addNode, removeMaps, removeNode } from '../../../kernel/devices/char-devices.ts';
import { isMiscMinorTaken, miscDevices } from '../../../kernel/devices/misc-devices.ts';
import { kzalloc } from '../../../kernel/memory/heap.ts';
import type { Address } from '../../../memory/address.ts';
import { type GuestCall, rowsOf } from '../../kernel-function.ts';
import { makeDevice as makeNumber } from '../file/chardev.ts';
import { readString } from './buses.ts';
import { addDeviceFiles, kernelClass } from './device-files.ts';
import { deviceKobject } from './device-places.ts';
import { addDevice, initDevice, removeDevice } from './devices.ts';
import { kobjectPath, setKobjectName } from './kobject.ts';

const MISC_MAJOR = 10;
const MISC_DYNAMIC_MINOR = 255;
/** Dynamic minors go down from here: drivers/char/misc.c, `DYNAMIC_MINORS`. */
const FIRST_DYNAMIC = 127;
const DEFAULT_MODE = 0o600;

function freeMinor(call: GuestCall): number {
  for (let minor = FIRST_DYNAMIC; minor >= 0; minor--) if (!isMiscMinorTaken(call.kernel, minor)) return minor;
  return EBUSY;
}

function register(call: GuestCall): number {
  const { session, memory, kernel } = call;
  const misc = call.pointer(0);
  const field = session.at(misc, 'miscdevice', 'minor');
  const wanted = memory.readU32(field);
  const minor = wanted === MISC_DYNAMIC_MINOR ? freeMinor(call) : wanted;
  if (minor < 0 || (wanted !== MISC_DYNAMIC_MINOR && isMiscMinorTaken(call.kernel, minor))) return EBUSY;
  memory.writeU32(field, minor);
  const name = readString(session, misc, 'miscdevice', 'name');
  const node = (readString(session, misc, 'miscdevice', 'nodename') || name).replaceAll('!', '/');
  const mode = memory.readU16(session.at(misc, 'miscdevice', 'mode')) & 0o7777;
  const operations = session.pointerAt(misc, 'miscdevice', 'fops');
  const device = makeDevice(call, misc, name, makeNumber(MISC_MAJOR, minor));
  if (isErrorValue(device)) return device;
  addMap(kernel, { major: MISC_MAJOR, minor, count: 1, cdev: 0, operations, object: misc });
  miscDevices(kernel).devices.push({ misc, minor, name, node, device });
  if (name !== node) removeNode(kernel, name);
  const path = kobjectPath(session, deviceKobject(session, device));
  if (path) addDeviceFiles(session, { device, path, node: { path: node, mode } });
  addNode(kernel, { path: node, type: 'c', major: MISC_MAJOR, minor, mode: mode || DEFAULT_MODE });
  return 0;
}

/** `misc->this_device`: /sys/devices/virtual/misc/<name> with its files; or a negative error number. */
function makeDevice(call: GuestCall, misc: Address, name: string, number: number): Address {
  const { session, memory, kernel } = call;
  const device = kzalloc(kernel, session.fields.size('device'));
  initDevice(session, device);
  setKobjectName(session, deviceKobject(session, device), name);
  for (const [field, value] of [
    ['class', kernelClass(session, 'misc')],
    ['parent', session.pointerAt(misc, 'miscdevice', 'parent')],
    ['groups', session.pointerAt(misc, 'miscdevice', 'groups')],
    ['driver_data', misc],
  ] as const)
    memory.writePointer(session.at(device, 'device', field), value);
  memory.writeU32(session.at(device, 'device', 'devt'), number);
  memory.writePointer(session.at(misc, 'miscdevice', 'this_device'), device);
  const error = addDevice(session, device, true);
  return error < 0 ? error : device;
}

function deregister(call: GuestCall): void {
  const { kernel } = call;
  const misc = call.pointer(0);
  const { devices } = miscDevices(kernel);
  const record = devices.find((each) => each.misc === misc);
  if (!record) return;
  devices.splice(devices.indexOf(record), 1);
  removeNode(kernel, record.node);
  removeMaps(kernel, (map) => map.major === MISC_MAJOR && map.minor === record.minor);
  removeDevice(call.session, record.device);
}

/** Miscellaneous character devices: drivers/char/misc.c. */
export const miscFunctions = () =>
  rowsOf('drivers/char/misc.c', [
    ['int misc_register(struct miscdevice *misc)', register],
    ['void misc_deregister(struct miscdevice *misc)', deregister],
  ]);
