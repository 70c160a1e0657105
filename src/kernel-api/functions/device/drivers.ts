import { EBUSY, ENODEV, ENXIO, EPROBE_DEFER } from '../../../abi/negative-errno.ts';
import { KERN, printk } from '../../../kernel/log/printk.ts';
import type { Module } from '../../../kernel/module.ts';
import type { Address } from '../../../memory/address.ts';
import type { Session } from '../../core/session.ts';
import { addTreeNode, removeTree } from '../../vfs/tree.ts';
import { busName, driverState, isKernelBus, isPlatform, readString } from './buses.ts';
import { addLink, deviceKobject } from './device-places.ts';
import { releaseResources } from './devres.ts';
import { kobjectPath } from './kobject.ts';
import { sendUevent } from './uevents.ts';

/** `bus_add_device` and `bus_probe_device`: the first driver that matches and whose probe agrees gets the device. */
export function attachDevice(session: Session, device: Address): void {
  const bus = session.pointerAt(device, 'device', 'bus');
  if (bus === 0) return;
  const { drivers, devices } = driverState(session.kernel);
  devices.push({ device, bus });
  for (const { driver } of drivers.filter((each) => each.bus === bus))
    if (tryBind(session, bus, driver, device)) return;
}

/** `device_release_driver` and `bus_remove_device`. */
export function detachDevice(session: Session, device: Address): void {
  release(session, device);
  const { devices } = driverState(session.kernel);
  const at = devices.findIndex((each) => each.device === device);
  if (at >= 0) devices.splice(at, 1);
}

/** `platform_driver` around its `driver`; `platform_device` around its `dev`. */
function platformDriver(session: Session, driver: Address): Address {
  return driver - session.fields.offset('platform_driver', 'driver');
}

function platformDevice(session: Session, device: Address): Address {
  return device - session.fields.offset('platform_device', 'dev');
}

function matches(session: Session, bus: Address, driver: Address, device: Address): boolean {
  if (isPlatform(session, bus)) return platformMatches(session, driver, device);
  const match = session.memory.find(bus) ? session.pointerAt(bus, 'bus_type', 'match') : 0;
  return match === 0
    ? busName(session, bus) !== '' && !isKernelBus(session, bus)
    : session.callInt(match, device, driver) > 0;
}

/** `platform_match`: the driver that is asked for, else an id table's names, else the driver's own name. */
function platformMatches(session: Session, driver: Address, device: Address): boolean {
  const wanted = readString(session, platformDevice(session, device), 'platform_device', 'driver_override');
  if (wanted !== '') return wanted === readString(session, driver, 'device_driver', 'name');
  const name = readString(session, platformDevice(session, device), 'platform_device', 'name');
  const table = session.pointerAt(platformDriver(session, driver), 'platform_driver', 'id_table');
  if (table === 0) return name === readString(session, driver, 'device_driver', 'name');
  const size = session.fields.size('platform_device_id');
  for (let entry = table; session.memory.readU8(entry) !== 0; entry += size) {
    if (session.memory.readCString(entry, 20) !== name) continue;
    session.memory.writePointer(session.at(platformDevice(session, device), 'platform_device', 'id_entry'), entry);
    return true;
  }
  return false;
}

/** `really_probe`. */
function tryBind(session: Session, bus: Address, driver: Address, device: Address): boolean {
  const bound = session.at(device, 'device', 'driver');
  if (session.memory.readPointer(bound) !== 0 || !matches(session, bus, driver, device)) return false;
  session.memory.writePointer(bound, driver);
  const result = probe(session, bus, driver, device);
  if (result === 0) {
    addDriverLinks(session, driver, device);
    sendUevent(session, device);
    return true;
  }
  releaseResources(session, device);
  session.memory.writePointer(bound, 0);
  complain(session, driver, device, result);
  return false;
}

function probe(session: Session, bus: Address, driver: Address, device: Address): number {
  if (isPlatform(session, bus)) {
    const own = session.pointerAt(platformDriver(session, driver), 'platform_driver', 'probe');
    return own === 0 ? 0 : session.callInt(own, platformDevice(session, device));
  }
  const ofBus = session.pointerAt(bus, 'bus_type', 'probe');
  const own = ofBus !== 0 ? ofBus : session.pointerAt(driver, 'device_driver', 'probe');
  return own === 0 ? 0 : session.callInt(own, device);
}

/** What the driver core says of a probe that failed: drivers/base/dd.c, `call_driver_probe`. */
function complain(session: Session, driver: Address, device: Address, result: number): void {
  if ([ENODEV, ENXIO, EPROBE_DEFER].includes(result)) return;
  const kobject = session.at(device, 'device', 'kobj');
  const name = readString(session, kobject, 'kobject', 'name');
  const who = readString(session, driver, 'device_driver', 'name');
  printk(session.kernel, KERN.WARNING, `${who}: probe of ${name} failed with error ${result}`);
}

/** `__device_release_driver`. */
function release(session: Session, device: Address): void {
  const bound = session.at(device, 'device', 'driver');
  const driver = session.memory.readPointer(bound);
  if (driver === 0) return;
  const bus = session.pointerAt(device, 'device', 'bus');
  if (isPlatform(session, bus)) {
    const structure = platformDriver(session, driver);
    const newer = session.fields.find('platform_driver', 'remove_new');
    const remove = session.pointerAt(structure, 'platform_driver', 'remove');
    const own = (newer === undefined ? 0 : session.memory.readPointer(structure + newer)) || remove;
    if (own !== 0) session.call(own, platformDevice(session, device));
  } else {
    const ofBus = bus === 0 ? 0 : session.pointerAt(bus, 'bus_type', 'remove');
    const own = ofBus !== 0 ? ofBus : session.pointerAt(driver, 'device_driver', 'remove');
    if (own !== 0) session.call(own, device);
  }
  removeDriverLinks(session, driver, device);
  releaseResources(session, device);
  session.memory.writePointer(bound, 0);
  sendUevent(session, device);
}

/** `driver_sysfs_add`: each names the other. */
function addDriverLinks(session: Session, driver: Address, device: Address): void {
  const place = kobjectPath(session, deviceKobject(session, device));
  if (place === undefined) return;
  addLink(session.kernel, driverPath(session, driver), place.slice(place.lastIndexOf('/') + 1), place);
  addLink(session.kernel, place, 'driver', driverPath(session, driver));
}

/** `driver_sysfs_remove`. */
function removeDriverLinks(session: Session, driver: Address, device: Address): void {
  const place = kobjectPath(session, deviceKobject(session, device));
  if (place === undefined) return;
  removeTree(session.kernel, `${driverPath(session, driver)}/${place.slice(place.lastIndexOf('/') + 1)}`);
  removeTree(session.kernel, `${place}/driver`);
}

/** The directory of a driver below sys/bus. */
export function driverPath(session: Session, driver: Address): string {
  const bus = session.pointerAt(driver, 'device_driver', 'bus');
  return `sys/bus/${busName(session, bus)}/drivers/${readString(session, driver, 'device_driver', 'name')}`;
}

/** What drivers of a bus have beside: `drv_groups` of the `bus_type`. */
const BUS_FILES: Readonly<Record<string, readonly string[]>> = { pci: ['new_id', 'remove_id'] };

/** `bus_add_driver`: its directory, `uevent`, `bind`, `unbind`, the link to its module, and the one back. */
function addDriverFiles(session: Session, driver: Address): void {
  const { kernel } = session;
  const path = driverPath(session, driver);
  addTreeNode(kernel, { path, kind: 'directory', mode: 0o755, object: driver });
  const bus = busName(session, session.pointerAt(driver, 'device_driver', 'bus'));
  for (const name of ['uevent', 'bind', 'unbind', ...(BUS_FILES[bus] ?? [])]) {
    addTreeNode(kernel, { path: `${path}/${name}`, kind: 'file', mode: 0o200, object: 0 });
  }
  const module = ownerOf(session, driver);
  if (!module) return;
  const target = `../../../../module/${module.name}`;
  addTreeNode(kernel, { path: `${path}/module`, kind: 'link', mode: 0o777, object: 0, target });
  module.drivers = [...(module.drivers ?? []), driverName(session, driver)];
}

/** The module that a driver belongs to, if it is one. */
function ownerOf(session: Session, driver: Address): Module | undefined {
  const owner = session.pointerAt(driver, 'device_driver', 'owner');
  return session.kernel.modules.find((each) => each.thisModule === owner);
}

/** `make_driver_name`: `pci:e1000`. */
function driverName(session: Session, driver: Address): string {
  const bus = session.pointerAt(driver, 'device_driver', 'bus');
  return `${busName(session, bus)}:${readString(session, driver, 'device_driver', 'name')}`;
}

/** `driver_register`: its directory, then every device of the bus that has no driver. */
export function registerDriver(session: Session, driver: Address): number {
  const { kernel } = session;
  const bus = session.pointerAt(driver, 'device_driver', 'bus');
  const state = driverState(kernel);
  const name = readString(session, driver, 'device_driver', 'name');
  const twin = state.drivers.some(
    (each) => each.bus === bus && readString(session, each.driver, 'device_driver', 'name') === name,
  );
  if (twin) {
    printk(kernel, KERN.ERR, `Error: Driver '${name}' is already registered, aborting...`);
    return EBUSY;
  }
  addDriverFiles(session, driver);
  state.drivers.push({ driver, bus });
  for (const { device } of state.devices.filter((each) => each.bus === bus)) tryBind(session, bus, driver, device);
  return 0;
}

/** `driver_unregister`. */
export function unregisterDriver(session: Session, driver: Address): void {
  const { drivers, devices } = driverState(session.kernel);
  for (const { device } of [...devices].reverse()) {
    if (session.pointerAt(device, 'device', 'driver') === driver) release(session, device);
  }
  const at = drivers.findIndex((each) => each.driver === driver);
  if (at >= 0) drivers.splice(at, 1);
  removeTree(session.kernel, driverPath(session, driver));
  const module = ownerOf(session, driver);
  if (module?.drivers) module.drivers = module.drivers.filter((name) => name !== driverName(session, driver));
}
