import type { Kernel } from '../../../kernel/kernel.ts';
import type { Address } from '../../../memory/address.ts';
import type { Session } from '../../core/session.ts';
import { addTreeNode, findTreeNode, removeTree, treeNodes } from '../../vfs/tree.ts';
import { majorOf, minorOf } from '../file/chardev.ts';
import { busName, readString } from './buses.ts';
import { kobjectPath } from './kobject.ts';

const VIRTUAL = 'sys/devices/virtual';
/** Classes that have devices without a parent as soon as the machine has booted. */
const BOOTED = [
  'dmi',
  'graphics',
  'input',
  'mem',
  'memory_tiering',
  'misc',
  'net',
  'thermal',
  'tty',
  'vc',
  'vtconsole',
];

/** `dev->kobj`. */
export function deviceKobject(session: Session, device: Address): Address {
  return session.at(device, 'device', 'kobj');
}

function className(session: Session, device: Address): string | undefined {
  const cls = session.pointerAt(device, 'device', 'class');
  return cls === 0 ? undefined : readString(session, cls, 'class', 'name');
}

/** Where a device without a parent's directory goes. */
export function baseDirectory(session: Session, device: Address): string {
  const cls = className(session, device);
  return cls === undefined ? 'sys/devices' : `${VIRTUAL}/${cls}`;
}

/** `get_device_parent`: below a parent that is of no class stands a directory of the class; undefined without a parent. */
export function parentDirectory(session: Session, device: Address): string | undefined {
  const parent = session.pointerAt(device, 'device', 'parent');
  const path = parent === 0 ? undefined : kobjectPath(session, deviceKobject(session, parent));
  const cls = className(session, device);
  if (path === undefined || cls === undefined) return path;
  return className(session, parent) === undefined ? `${path}/${cls}` : path;
}

/** `class_dir_create_and_add`: the directory of a class between its devices and their parent. */
export function addGlueDirectory(session: Session, device: Address, directory: string): void {
  const { kernel } = session;
  const cls = className(session, device);
  if (cls === undefined || !directory.endsWith(`/${cls}`) || findTreeNode(kernel, directory)) return;
  if (directory === `${VIRTUAL}/${cls}` && BOOTED.includes(cls)) return;
  addTreeNode(kernel, { path: directory, kind: 'directory', mode: 0o755, object: 0 });
}

/** `cleanup_glue_dir`: it goes with the last device in it. */
export function removeGlueDirectory(kernel: Kernel, devicePath: string): void {
  const directory = devicePath.slice(0, devicePath.lastIndexOf('/'));
  if (findTreeNode(kernel, directory)?.object !== 0) return;
  if (!treeNodes(kernel).some(({ path }) => path.startsWith(`${directory}/`))) removeTree(kernel, directory);
}

/** Adds a link `name` in the directory `path`; both that and `target` are below /sys. Source: `kernfs_get_target_path`. */
export function addLink(kernel: Kernel, path: string, name: string, target: string): void {
  const [from, to] = [path.split('/'), target.split('/')];
  let common = 0;
  while (common < Math.min(from.length, to.length - 1) && from[common] === to[common]) common++;
  const words = '../'.repeat(from.length - common) + to.slice(common).join('/');
  addTreeNode(kernel, { path: `${path}/${name}`, kind: 'link', mode: 0o777, object: 0, target: words });
}

/** The links to a device from its class, its bus and its number: their paths. Source: drivers/base/core.c, `device_add`. */
export function addDeviceLinks(session: Session, device: Address, name: string, path: string): string[] {
  const cls = className(session, device);
  const bus = session.pointerAt(device, 'device', 'bus');
  const number = session.memory.readU32(session.at(device, 'device', 'devt'));
  const places = [
    cls !== undefined && [`sys/class/${cls}`, name],
    bus !== 0 && [`sys/bus/${busName(session, bus)}/devices`, name],
    number !== 0 && [`sys/dev/${cls === 'block' ? 'block' : 'char'}`, `${majorOf(number)}:${minorOf(number)}`],
  ].filter((place) => place !== false) as [string, string][];
  for (const [directory, link] of places) addLink(session.kernel, directory, link, path);
  return places.map((place) => place.join('/'));
}
