import { addMap, addNode, removeMaps, removeNode } from '../../kernel/char-devices.ts';
import { kfree, kzalloc } from '../../kernel/heap.ts';
import { subsystem } from '../../kernel/subsystem.ts';
import type { Address } from '../../memory/address.ts';
import { type GuestCall, rowsOf } from '../kernel-function.ts';
import { addTreeNode, removeTree } from '../vfs/tree.ts';
import { deviceKobject, initDevice, stringField } from './devices.ts';
import { setKobjectName } from './kobject.ts';

const MISC_MAJOR = 10;
const MISC_DYNAMIC_MINOR = 255;
const EBUSY = -16;
/** Minors that the kernel's own misc devices have on a fresh machine: /proc/misc. */
const BUILTIN: readonly (readonly [minor: number, name: string])[] = [
  [1, 'psaux'],
  [125, 'cpu_dma_latency'],
  [126, 'userfaultfd'],
  [127, 'vga_arbiter'],
  [183, 'hw_random'],
  [228, 'hpet'],
  [231, 'snapshot'],
];
/** Dynamic minors go down from here: drivers/char/misc.c, `DYNAMIC_MINORS`. */
const FIRST_DYNAMIC = 127;
const DEFAULT_MODE = 0o600;

interface MiscRecord {
  readonly misc: Address;
  readonly minor: number;
  readonly name: string;
  readonly node: string;
  readonly device: Address;
}

const miscState = subsystem('misc', () => ({ devices: [] as MiscRecord[] }));

function isTaken(call: GuestCall, minor: number): boolean {
  return (
    BUILTIN.some(([each]) => each === minor) || miscState(call.kernel).devices.some((each) => each.minor === minor)
  );
}

function freeMinor(call: GuestCall): number {
  for (let minor = FIRST_DYNAMIC; minor >= 0; minor--) if (!isTaken(call, minor)) return minor;
  return EBUSY;
}

function register(call: GuestCall): number {
  const { session, memory, kernel } = call;
  const misc = call.pointer(0);
  const field = session.at(misc, 'miscdevice', 'minor');
  const wanted = memory.readU32(field);
  const minor = wanted === MISC_DYNAMIC_MINOR ? freeMinor(call) : wanted;
  if (minor < 0 || (wanted !== MISC_DYNAMIC_MINOR && isTaken(call, minor))) return EBUSY;
  memory.writeU32(field, minor);
  const name = stringField(session, misc, 'miscdevice', 'name');
  const node = (stringField(session, misc, 'miscdevice', 'nodename') || name).replaceAll('!', '/');
  const mode = memory.readU16(session.at(misc, 'miscdevice', 'mode')) & 0o7777;
  addNode(kernel, { path: node, type: 'c', major: MISC_MAJOR, minor, mode: mode || DEFAULT_MODE });
  const operations = session.pointerAt(misc, 'miscdevice', 'fops');
  addMap(kernel, { major: MISC_MAJOR, minor, count: 1, cdev: 0, operations, object: misc });
  miscState(kernel).devices.push({ misc, minor, name, node, device: makeDevice(call, misc, name) });
  return 0;
}

/** `misc->this_device`: /sys/devices/virtual/misc/<name>. */
function makeDevice(call: GuestCall, misc: Address, name: string): Address {
  const { session, memory, kernel } = call;
  const device = kzalloc(kernel, session.fields.size('device'));
  initDevice(session, device);
  setKobjectName(session, deviceKobject(session, device), name);
  memory.writePointer(session.at(misc, 'miscdevice', 'this_device'), device);
  const path = `sys/devices/virtual/misc/${name}`;
  addTreeNode(kernel, { path, kind: 'directory', mode: 0o755, object: deviceKobject(session, device) });
  addTreeNode(kernel, {
    path: `sys/class/misc/${name}`,
    kind: 'link',
    mode: 0o777,
    object: 0,
    target: `../../devices/virtual/misc/${name}`,
  });
  return device;
}

function deregister(call: GuestCall): void {
  const { kernel } = call;
  const misc = call.pointer(0);
  const { devices } = miscState(kernel);
  const record = devices.find((each) => each.misc === misc);
  if (!record) return;
  devices.splice(devices.indexOf(record), 1);
  removeNode(kernel, record.node);
  removeMaps(kernel, (map) => map.major === MISC_MAJOR && map.minor === record.minor);
  removeTree(kernel, `sys/class/misc/${record.name}`);
  removeTree(kernel, `sys/devices/virtual/misc/${record.name}`);
  kfree(kernel, record.device);
}

/** Miscellaneous character devices: drivers/char/misc.c. */
export const miscFunctions = rowsOf('drivers/char/misc.c', [
  ['int misc_register(struct miscdevice *misc)', register],
  ['void misc_deregister(struct miscdevice *misc)', deregister],
]);
