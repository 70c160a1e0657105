import type { Kernel } from '../../../kernel/kernel.ts';
import { kzalloc } from '../../../kernel/memory/heap.ts';
import { subsystem } from '../../../kernel/subsystem.ts';
import type { Address } from '../../../memory/address.ts';
import type { Session } from '../../core/session.ts';
import { copyInString } from '../../guest-text.ts';
import { READ_ONLY, READ_WRITE } from '../../vfs/fixed-files.ts';
import { addTreeNode, type FileSource } from '../../vfs/tree.ts';
import { majorOf, minorOf } from '../file/chardev.ts';
import { busName, platformBus, readString } from './buses.ts';
import { addLink } from './device-places.ts';
import { ueventVariables } from './uevents.ts';

/** Classes of the kernel itself, by name: made when the first module's device needs one. */
const classState = subsystem('kernel-class', () => ({ by: {} as Record<string, Address> }));

/** A `struct class` of the kernel itself. */
export function kernelClass(session: Session, name: string): Address {
  const { by } = classState(session.kernel);
  if (by[name] !== undefined) return by[name];
  const cls = kzalloc(session.kernel, session.fields.size('class'));
  session.memory.writePointer(session.at(cls, 'class', 'name'), copyInString(session, name));
  by[name] = cls;
  return cls;
}

/** Whether a class is one of those. */
export function isKernelClass(kernel: Kernel, cls: Address): boolean {
  return Object.values(classState(kernel).by).includes(cls);
}

/** A device as its directory shows it: `node` is its name and mode in /dev. */
interface ShownDevice {
  readonly device: Address;
  readonly path: string;
  readonly node?: { readonly path: string; readonly mode: number };
}

/** The files that every device has: `uevent`, `power`, `subsystem`, `device`, `dev`. Source: drivers/base/core.c, `device_add`. */
export function addDeviceFiles(session: Session, shown: ShownDevice): void {
  const { device, path } = shown;
  const cls = session.pointerAt(device, 'device', 'class');
  const bus = session.pointerAt(device, 'device', 'bus');
  const file = (name: string, mode: number, source: FileSource) =>
    addTreeNode(session.kernel, { path: `${path}/${name}`, kind: 'file', mode, object: 0, source });
  addTreeNode(session.kernel, { path: `${path}/power`, kind: 'directory', mode: 0o755, object: 0 });
  file('uevent', READ_WRITE, { kind: 'uevent', device, head: ueventHead(session, shown) });
  if (cls !== 0) addLink(session.kernel, path, 'subsystem', `sys/class/${readString(session, cls, 'class', 'name')}`);
  else if (bus !== 0) addLink(session.kernel, path, 'subsystem', `sys/bus/${busName(session, bus)}`);
  const parent = path.slice(0, path.lastIndexOf('/'));
  if (cls !== 0 && session.pointerAt(device, 'device', 'parent') !== 0) addLink(session.kernel, path, 'device', parent);
  if (isPlatform(session, device)) {
    file('modalias', READ_ONLY, { kind: 'text', text: `platform:${platformName(session, device)}\n` });
    file('driver_override', READ_WRITE, { kind: 'driver-override', device });
  }
  const number = deviceNumber(session, device);
  if (number !== 0) file('dev', READ_ONLY, { kind: 'text', text: `${majorOf(number)}:${minorOf(number)}\n` });
}

function deviceNumber(session: Session, device: Address): number {
  return session.memory.readU32(session.at(device, 'device', 'devt'));
}

function isPlatform(session: Session, device: Address): boolean {
  const bus = session.pointerAt(device, 'device', 'bus');
  return bus !== 0 && bus === platformBus(session.kernel);
}

function platformName(session: Session, device: Address): string {
  return readString(session, device - session.fields.offset('platform_device', 'dev'), 'platform_device', 'name');
}

/** `dev_uevent`, drivers/base/core.c: its first lines. */
function ueventHead(session: Session, { device, node }: ShownDevice): string {
  const number = deviceNumber(session, device);
  if (number === 0 || !node) return '';
  const mode = node.mode === 0 ? '' : `DEVMODE=0${node.mode.toString(8)}\n`;
  return `MAJOR=${majorOf(number)}\nMINOR=${minorOf(number)}\nDEVNAME=${node.path}\n${mode}`;
}

/** The text of a device's `uevent` file: its lines of now. */
export function ueventText(session: Session, { device, head }: { device: Address; head: string }): string {
  const type = session.pointerAt(device, 'device', 'type');
  const typeName = type === 0 ? '' : readString(session, type, 'device_type', 'name');
  const driver = session.pointerAt(device, 'device', 'driver');
  return [
    head,
    typeName && `DEVTYPE=${typeName}\n`,
    driver && `DRIVER=${readString(session, driver, 'device_driver', 'name')}\n`,
    isPlatform(session, device) && `MODALIAS=platform:${platformName(session, device)}\n`,
    ...ueventVariables(session, device).map((variable) => `${variable}\n`),
  ]
    .filter(Boolean)
    .join('');
}
