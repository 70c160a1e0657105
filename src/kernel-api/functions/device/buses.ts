import type { Kernel } from '../../../kernel/kernel.ts';
import { subsystem } from '../../../kernel/subsystem.ts';
import type { Address } from '../../../memory/address.ts';
import type { Session } from '../../core/session.ts';
import { addTreeNode, removeTree } from '../../vfs/tree.ts';

/** A driver of any bus and a device that may be bound to it: plain addresses. */
interface DriverState {
  /** `struct device_driver`s by bus, oldest first. */
  readonly drivers: { readonly driver: Address; readonly bus: Address }[];
  readonly devices: { readonly device: Address; readonly bus: Address }[];
  readonly buses: Address[];
}

/** Drivers, devices and buses of the machine. */
export const driverState = subsystem<DriverState>('driver', () => ({ drivers: [], devices: [], buses: [] }));

/** The string that a pointer field names; empty for NULL. */
export function readString(session: Session, base: Address, structure: string, field: string): string {
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

/** How a bus of the kernel hands a device to a driver: the driver's structure around `device_driver`. */
export function isPlatform(session: Session, bus: Address): boolean {
  return bus !== 0 && bus === platformBus(session.kernel);
}

/** Whether the bus is one of the kernel's own. */
export function isKernelBus(session: Session, bus: Address): boolean {
  const { exports } = session.kernel.profile;
  return Object.keys(KERNEL_BUSES).some((symbol) => exports.find(symbol)?.address === bus);
}

/** `bus_register`: its directories and files. */
export function registerBus(session: Session, bus: Address): number {
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

/** `bus_unregister`. */
export function unregisterBus(session: Session, bus: Address): void {
  removeTree(session.kernel, `sys/bus/${readString(session, bus, 'bus_type', 'name')}`);
  const { buses } = driverState(session.kernel);
  if (buses.includes(bus)) buses.splice(buses.indexOf(bus), 1);
}
