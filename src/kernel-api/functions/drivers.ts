import type { Kernel } from '../../kernel/kernel.ts';
import { KERN, printk } from '../../kernel/printk.ts';
import { subsystem } from '../../kernel/subsystem.ts';
import type { Address } from '../../memory/address.ts';
import type { Session } from '../core/session.ts';
import { type GuestCall, rowsOf } from '../kernel-function.ts';
import { addTreeNode, removeTree } from '../vfs/tree.ts';
import { addAttribute } from './kobject.ts';

const ENODEV = -19;
const ENXIO = -6;
const EPROBE_DEFER = -517;
const EBUSY = -16;

/** A driver of any bus and a device that may be bound to it: plain addresses. */
interface DriverState {
  /** `struct device_driver`s by bus, oldest first. */
  readonly drivers: { readonly driver: Address; readonly bus: Address }[];
  readonly devices: { readonly device: Address; readonly bus: Address }[];
  readonly buses: Address[];
}

const driverState = subsystem<DriverState>('driver', () => ({ drivers: [], devices: [], buses: [] }));

function readString(session: Session, base: Address, structure: string, field: string): string {
  const address = session.pointerAt(base, structure, field);
  return address === 0 ? '' : session.memory.readCString(address);
}

/** Names of buses that the kernel itself has: their `bus_type`s are symbols whose contents are not there. */
const KERNEL_BUSES: Readonly<Record<string, string>> = {
  platform_bus_type: 'platform',
  pci_bus_type: 'pci',
  i2c_bus_type: 'i2c',
  spi_bus_type: 'spi',
  serio_bus: 'serio',
  pnp_bus_type: 'pnp',
  acpi_bus_type: 'acpi',
  auxiliary_bus_type: 'auxiliary',
};

/** `bus->name`. */
export function busName(session: Session, bus: Address): string {
  const own = session.memory.find(bus) ? readString(session, bus, 'bus_type', 'name') : '';
  if (own !== '') return own;
  const { exports } = session.kernel.profile;
  return Object.entries(KERNEL_BUSES).find(([symbol]) => exports.find(symbol)?.address === bus)?.[1] ?? '';
}

/** `platform_bus_type`, if this kernel has it. */
export function platformBus(kernel: Kernel): Address {
  return kernel.profile.exports.find('platform_bus_type')?.address ?? 0;
}

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

/** How a bus of the kernel hands a device to a driver: the driver's structure around `device_driver`. */
function isPlatform(session: Session, bus: Address): boolean {
  return bus !== 0 && bus === platformBus(session.kernel);
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

function isKernelBus(session: Session, bus: Address): boolean {
  const { exports } = session.kernel.profile;
  return Object.keys(KERNEL_BUSES).some((symbol) => exports.find(symbol)?.address === bus);
}

/** `platform_match`: an id table's names, else the driver's own name. */
function platformMatches(session: Session, driver: Address, device: Address): boolean {
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
  if (result === 0) return true;
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
    const ofBus = session.pointerAt(bus, 'bus_type', 'remove');
    const own = ofBus !== 0 ? ofBus : session.pointerAt(driver, 'device_driver', 'remove');
    if (own !== 0) session.call(own, device);
  }
  session.memory.writePointer(bound, 0);
}

function driverPath(session: Session, driver: Address): string {
  const bus = session.pointerAt(driver, 'device_driver', 'bus');
  return `sys/bus/${busName(session, bus)}/drivers/${readString(session, driver, 'device_driver', 'name')}`;
}

/** `bus_add_driver`: its directory, `uevent`, `bind`, `unbind` and the link to its module. */
function addDriverFiles(session: Session, driver: Address): void {
  const { kernel } = session;
  const path = driverPath(session, driver);
  addTreeNode(kernel, { path, kind: 'directory', mode: 0o755, object: driver });
  for (const name of ['uevent', 'bind', 'unbind']) {
    addTreeNode(kernel, { path: `${path}/${name}`, kind: 'file', mode: 0o200, object: 0 });
  }
  const owner = session.pointerAt(driver, 'device_driver', 'owner');
  const module = kernel.modules.find((each) => each.thisModule === owner);
  if (!module) return;
  const target = `../../../../module/${module.name}`;
  addTreeNode(kernel, { path: `${path}/module`, kind: 'link', mode: 0o777, object: 0, target });
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
function unregisterDriver(session: Session, driver: Address): void {
  const { drivers, devices } = driverState(session.kernel);
  for (const { device } of [...devices].reverse()) {
    if (session.pointerAt(device, 'device', 'driver') === driver) release(session, device);
  }
  const at = drivers.findIndex((each) => each.driver === driver);
  if (at >= 0) drivers.splice(at, 1);
  removeTree(session.kernel, driverPath(session, driver));
}

/** Calls a function for the devices or drivers of a bus until it returns something. */
function forEach(call: GuestCall, kind: 'devices' | 'drivers'): number {
  const [bus, data, callback] = [call.pointer(0), call.pointer(2), call.pointer(3)];
  for (const each of [...driverState(call.kernel)[kind]]) {
    if (each.bus !== bus) continue;
    const result = call.session.callInt(callback, 'device' in each ? each.device : each.driver, data);
    if (result !== 0) return result;
  }
  return 0;
}

function registerBus(session: Session, bus: Address): number {
  const path = `sys/bus/${readString(session, bus, 'bus_type', 'name')}`;
  for (const each of [path, `${path}/devices`, `${path}/drivers`]) {
    addTreeNode(session.kernel, { path: each, kind: 'directory', mode: 0o755, object: each === path ? bus : 0 });
  }
  for (const [name, mode] of [
    ['uevent', 0o200],
    ['drivers_probe', 0o200],
    ['drivers_autoprobe', 0o644],
  ] as const) {
    const source = { kind: 'text', text: mode === 0o644 ? '1\n' : '' } as const;
    addTreeNode(session.kernel, { path: `${path}/${name}`, kind: 'file', mode, object: 0, source });
  }
  driverState(session.kernel).buses.push(bus);
  return 0;
}

function unregisterBus(session: Session, bus: Address): void {
  removeTree(session.kernel, `sys/bus/${readString(session, bus, 'bus_type', 'name')}`);
  const { buses } = driverState(session.kernel);
  if (buses.includes(bus)) buses.splice(buses.indexOf(bus), 1);
}

/** Drivers that embed `device_driver`: the registering function, the structure, its bus's symbol. */
const WRAPPERS = [
  [
    'drivers/base/platform.c',
    'int __platform_driver_register(struct platform_driver *drv, struct module *owner)',
    'void platform_driver_unregister(struct platform_driver *drv)',
    'platform_driver',
    'platform_bus_type',
  ],
  [
    'drivers/pci/pci-driver.c',
    'int __pci_register_driver(struct pci_driver *drv, struct module *owner, const char *mod_name)',
    'void pci_unregister_driver(struct pci_driver *drv)',
    'pci_driver',
    'pci_bus_type',
  ],
  [
    'drivers/spi/spi.c',
    'int __spi_register_driver(struct module *owner, struct spi_driver *sdrv)',
    '',
    'spi_driver',
    'spi_bus_type',
  ],
  [
    'drivers/i2c/i2c-core-base.c',
    'int i2c_register_driver(struct module *owner, struct i2c_driver *driver)',
    'void i2c_del_driver(struct i2c_driver *driver)',
    'i2c_driver',
    'i2c_bus_type',
  ],
  [
    'drivers/input/serio/serio.c',
    'int __serio_register_driver(struct serio_driver *drv, struct module *owner, const char *mod_name)',
    'void serio_unregister_driver(struct serio_driver *drv)',
    'serio_driver',
    'serio_bus',
  ],
  [
    'drivers/pnp/driver.c',
    'int pnp_register_driver(struct pnp_driver *drv)',
    'void pnp_unregister_driver(struct pnp_driver *drv)',
    'pnp_driver',
    'pnp_bus_type',
  ],
  [
    'drivers/acpi/bus.c',
    'int acpi_bus_register_driver(struct acpi_driver *driver)',
    'void acpi_bus_unregister_driver(struct acpi_driver *driver)',
    'acpi_driver',
    '',
  ],
  [
    'drivers/base/auxiliary.c',
    'int __auxiliary_driver_register(struct auxiliary_driver *auxdrv, struct module *owner, const char *modname)',
    'void auxiliary_driver_unregister(struct auxiliary_driver *auxdrv)',
    'auxiliary_driver',
    '',
  ],
] as const;

/** Structures whose embedded driver is not called `driver`. */
const EMBEDDED: Readonly<Record<string, string>> = { acpi_driver: 'drv' };

/** Undefined: this kernel's type information does not know the structure. */
function embeddedDriver(session: Session, wrapper: Address, structure: string): Address | undefined {
  const offset = session.fields.find(structure, EMBEDDED[structure] ?? 'driver');
  return offset === undefined ? undefined : wrapper + offset;
}

function registerWrapper(
  call: GuestCall,
  structure: string,
  symbol: string,
  { wrapper, owner }: { readonly wrapper: Address; readonly owner: Address },
): number {
  const { session, memory, kernel } = call;
  const driver = embeddedDriver(session, wrapper, structure);
  if (driver === undefined) return 0;
  const bus = symbol === '' ? undefined : kernel.profile.exports.find(symbol)?.address;
  if (bus !== undefined) memory.writePointer(session.at(driver, 'device_driver', 'bus'), bus);
  if (owner !== 0) memory.writePointer(session.at(driver, 'device_driver', 'owner'), owner);
  const own = session.fields.find(structure, 'name');
  const name = session.at(driver, 'device_driver', 'name');
  if (own !== undefined && memory.readPointer(name) === 0) memory.writePointer(name, memory.readPointer(wrapper + own));
  return structure === 'acpi_driver' ? 0 : registerDriver(session, driver);
}

function unregisterWrapper(call: GuestCall, structure: string): void {
  const driver = embeddedDriver(call.session, call.pointer(0), structure);
  if (driver !== undefined && structure !== 'acpi_driver') unregisterDriver(call.session, driver);
}

const wrapperRows = WRAPPERS.flatMap(([source, register, unregister, structure, symbol]) => [
  ...rowsOf(source, [
    [
      register,
      (call) => {
        const first = register.includes('(struct module *owner, ');
        const owner = register.includes('struct module *owner') ? call.pointer(first ? 0 : 1) : 0;
        return registerWrapper(call, structure, symbol, { wrapper: call.pointer(first ? 1 : 0), owner });
      },
    ],
  ]),
  ...(unregister === '' ? [] : rowsOf(source, [[unregister, (call) => unregisterWrapper(call, structure)]])),
]);

/** Buses and drivers: drivers/base. */
export const driverFunctions = [
  ...wrapperRows,
  ...rowsOf('drivers/base/driver.c', [
    ['int driver_register(struct device_driver *drv)', (call) => registerDriver(call.session, call.pointer(0))],
    ['void driver_unregister(struct device_driver *drv)', (call) => unregisterDriver(call.session, call.pointer(0))],
    [
      'int driver_create_file(struct device_driver *drv, const struct driver_attribute *attr)',
      (call) =>
        addAttribute(
          call.session,
          driverPath(call.session, call.pointer(0)),
          call.pointer(1),
          'driver_attribute',
          call.pointer(0),
        ),
    ],
    ['void driver_remove_file(struct device_driver *drv, const struct driver_attribute *attr)', () => undefined],
    ['struct device_driver *driver_find(const char *name, struct bus_type *bus)', () => 0],
    [
      'int driver_for_each_device(struct device_driver *drv, struct device *start, void *data, int (*fn)(struct device *, void *))',
      () => 0,
    ],
    ['int driver_attach(struct device_driver *drv)', () => 0],
    ['int device_attach(struct device *dev)', () => 0],
  ]),
  ...rowsOf('drivers/base/bus.c', [
    ['int bus_register(struct bus_type *bus)', (call) => registerBus(call.session, call.pointer(0))],
    ['void bus_unregister(struct bus_type *bus)', (call) => unregisterBus(call.session, call.pointer(0))],
    [
      'int bus_create_file(struct bus_type *bus, struct bus_attribute *attr)',
      (call) =>
        addAttribute(
          call.session,
          `sys/bus/${busName(call.session, call.pointer(0))}`,
          call.pointer(1),
          'bus_attribute',
          call.pointer(0),
        ),
    ],
    ['void bus_remove_file(struct bus_type *bus, struct bus_attribute *attr)', () => undefined],
    [
      'int bus_for_each_dev(struct bus_type *bus, struct device *start, void *data, int (*fn)(struct device *, void *))',
      (call) => forEach(call, 'devices'),
    ],
    [
      'int bus_for_each_drv(struct bus_type *bus, struct device_driver *start, void *data, int (*fn)(struct device_driver *, void *))',
      (call) => forEach(call, 'drivers'),
    ],
    [
      'struct device *bus_find_device(struct bus_type *bus, struct device *start, const void *data, int (*match)(struct device *, const void *))',
      () => 0,
    ],
    ['int bus_rescan_devices(struct bus_type *bus)', () => 0],
    ['int bus_register_notifier(struct bus_type *bus, struct notifier_block *nb)', () => 0],
    ['int bus_unregister_notifier(struct bus_type *bus, struct notifier_block *nb)', () => 0],
  ]),
];
