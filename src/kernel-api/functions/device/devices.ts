import { EEXIST, EINVAL } from '../../../abi/negative-errno.ts';
import { addNode, removeNode } from '../../../kernel/devices/char-devices.ts';
import type { Kernel } from '../../../kernel/kernel.ts';
import { KERN } from '../../../kernel/log/printk.ts';
import { kfree, kzalloc } from '../../../kernel/memory/heap.ts';
import { subsystem } from '../../../kernel/subsystem.ts';
import type { Address } from '../../../memory/address.ts';
import { warn } from '../../core/faults/warn.ts';
import type { Session } from '../../core/session.ts';
import { yieldProcessor } from '../../core/tasks/scheduler.ts';
import { removeTree } from '../../vfs/tree.ts';
import { majorOf, minorOf } from '../file/chardev.ts';
import { busName, readString } from './buses.ts';
import { addDeviceFiles, isKernelClass } from './device-files.ts';
import {
  addDeviceLinks,
  addGlueDirectory,
  baseDirectory,
  deviceKobject,
  parentDirectory,
  removeGlueDirectory,
} from './device-places.ts';
import { attachDevice, detachDevice } from './drivers.ts';
import { addGroup, addKobject, initKobject, kobjectName, kobjectPath, pointers, setKobjectName } from './kobject.ts';
import { isAllocatedPlatformDevice } from './platform-devices.ts';
import { sendUevent } from './uevents.ts';

/** Mode of a node that nobody gives another: drivers/base/devtmpfs.c. */
const NODE_MODE = 0o600;

/** A device that was added. */
interface DeviceRecord {
  readonly device: Address;
  readonly kobject: Address;
  readonly path: string;
  readonly links: readonly string[];
  readonly node?: string;
  /** Allocated by `device_create`. */
  readonly created: boolean;
}

const deviceState = subsystem('device', () => ({ devices: [] as DeviceRecord[] }));

/** The device that a kobject is embedded in. */
export function deviceOfKobject(kernel: Kernel, kobject: Address): Address | undefined {
  return deviceState(kernel).devices.find((each) => each.kobject === kobject)?.device;
}

/** All devices that were added, oldest first. */
export function devices(kernel: Kernel): readonly DeviceRecord[] {
  return deviceState(kernel).devices;
}

/** `dev_name`: the kobject's name, else `init_name`. */
export function deviceName(session: Session, device: Address): string {
  const name = kobjectName(session, deviceKobject(session, device));
  if (name !== '') return name;
  const initial = session.pointerAt(device, 'device', 'init_name');
  return initial === 0 ? '' : session.memory.readCString(initial);
}

/** `device_initialize`. */
export function initDevice(session: Session, device: Address): void {
  initKobject(session, deviceKobject(session, device), 0);
  for (const field of ['devres_head'] as const) {
    const list = session.at(device, 'device', field);
    session.memory.writePointer(list, list);
    session.memory.writePointer(list + 8, list);
  }
}

/** `device_add`: its directory, links, attributes, node, and a driver for it. 0 or a negative errno. */
export function addDevice(
  session: Session,
  device: Address,
  created = false,
  base = baseDirectory(session, device),
): number {
  const { kernel } = session;
  const name = deviceName(session, device);
  if (name === '') return EINVAL;
  const kobject = deviceKobject(session, device);
  if (kobjectName(session, kobject) === '') setKobjectName(session, kobject, name);
  const directory = parentDirectory(session, device) ?? base;
  addGlueDirectory(session, device, directory);
  const error = addKobject(session, kobject, 0, directory);
  if (error < 0) return EEXIST;
  const path = kobjectPath(session, kobject)!;
  const links = addDeviceLinks(session, device, name, path);
  const node = addDeviceNode(session, device, name);
  addDeviceFiles(session, { device, path, ...(node && { node }) });
  addAttributes(session, device, path);
  deviceState(kernel).devices.push({ device, kobject, path, links, created, ...(node && { node: node.path }) });
  sendUevent(session, device);
  attachDevice(session, device);
  return 0;
}

function addAttributes(session: Session, device: Address, path: string): void {
  const kobject = deviceKobject(session, device);
  const place = { kobject, path, structure: 'device_attribute', object: device };
  const cls = session.pointerAt(device, 'device', 'class');
  const owners = [
    session.pointerAt(device, 'device', 'groups'),
    cls === 0 ? 0 : session.pointerAt(cls, 'class', 'dev_groups'),
  ];
  for (const groups of owners) {
    if (groups !== 0) for (const group of pointers(session, groups)) addGroup(session, { ...place, group });
  }
}

/** `devtmpfs_create_node`: kdevtmpfs makes the node while the caller waits; its name and mode may come from the class's `devnode`. */
function addDeviceNode(session: Session, device: Address, name: string): { path: string; mode: number } | undefined {
  const { memory, kernel } = session;
  const number = memory.readU32(session.at(device, 'device', 'devt'));
  if (majorOf(number) === 0) return undefined;
  const cls = session.pointerAt(device, 'device', 'class');
  const mode = cls === 0 ? 0 : classMode(session, cls, device);
  const path = name.replaceAll('!', '/');
  addNode(kernel, { path, type: 'c', major: majorOf(number), minor: minorOf(number), mode: mode || NODE_MODE });
  yieldProcessor(session);
  return { path, mode };
}

function classMode(session: Session, cls: Address, device: Address): number {
  const devnode = session.pointerAt(cls, 'class', 'devnode');
  if (devnode === 0) return 0;
  const place = kzalloc(session.kernel, 8);
  session.call(devnode, device, place);
  const mode = session.memory.readU16(place) & 0o7777;
  kfree(session.kernel, place);
  return mode;
}

/** `device_del` and, for what `device_create` made, its end. */
export function removeDevice(session: Session, device: Address): void {
  const { devices: list } = deviceState(session.kernel);
  const at = list.findIndex((each) => each.device === device);
  if (at < 0) return;
  const record = list[at]!;
  detachDevice(session, device);
  list.splice(at, 1);
  for (const link of record.links) removeTree(session.kernel, link);
  if (record.node) {
    removeNode(session.kernel, record.node);
    yieldProcessor(session);
  }
  sendUevent(session, device);
  removeTree(session.kernel, record.path);
  removeGlueDirectory(session.kernel, record.path);
  if (record.created) kfree(session.kernel, device);
}

/** `device_unregister`: and the last reference calls `dev->release`; what `device_create` made is gone then. */
export function unregisterDevice(session: Session, device: Address): void {
  const isCreated = devices(session.kernel).some((each) => each.device === device && each.created);
  removeDevice(session, device);
  if (!isCreated) putDevice(session, device);
}

/** `get_device`. */
export function getDevice(session: Session, device: Address): Address {
  if (device === 0) return 0;
  const count = session.at(deviceKobject(session, device), 'kobject', 'kref');
  session.memory.writeU32(count, session.memory.readU32(count) + 1);
  return device;
}

/** `put_device`. */
export function putDevice(session: Session, device: Address): void {
  const { memory } = session;
  const count = session.at(deviceKobject(session, device), 'kobject', 'kref');
  const left = Math.max(0, memory.readU32(count) - 1);
  memory.writeU32(count, left);
  if (left === 0) releaseDevice(session, device);
}

/**
 * `device_release`: the device's own function. One of its type or class is not called: what holds references in the real
 * kernel, children and lists, is not counted here, so that it would come too early.
 */
function releaseDevice(session: Session, device: Address): void {
  const [type, cls] = [session.pointerAt(device, 'device', 'type'), session.pointerAt(device, 'device', 'class')];
  const own = session.pointerAt(device, 'device', 'release');
  if (own !== 0) session.call(own, device);
  const others =
    (type !== 0 && session.pointerAt(type, 'device_type', 'release') !== 0) ||
    (cls !== 0 && session.pointerAt(cls, 'class', 'dev_release') !== 0);
  if (own === 0 && !others && !isKernelMade(session, device)) warnOfRelease(session, device);
}

/** Devices that the kernel allocates for modules have a release function of its own. */
function isKernelMade(session: Session, device: Address): boolean {
  const cls = session.pointerAt(device, 'device', 'class');
  return isKernelClass(session.kernel, cls) || isAllocatedPlatformDevice(session, device);
}

function warnOfRelease(session: Session, device: Address): void {
  const advice = 'it is broken and must be fixed. See Documentation/core-api/kobject.rst.';
  const message = `Device '${deviceName(session, device)}' does not have a release() function, ${advice}`;
  const where = { place: 'drivers/base/core.c:2510', where: 'device_release+0x79/0x90' };
  warn(session, { ...where, message, level: KERN.ERR });
}

/** `dev_driver_string`: the driver's name, else the bus's, else the class's. */
export function driverString(session: Session, device: Address): string {
  const driver = session.pointerAt(device, 'device', 'driver');
  if (driver !== 0) return readString(session, driver, 'device_driver', 'name');
  const bus = session.pointerAt(device, 'device', 'bus');
  if (bus !== 0) return busName(session, bus);
  const cls = session.pointerAt(device, 'device', 'class');
  return cls === 0 ? '' : readString(session, cls, 'class', 'name');
}
