import type { Address } from '../../../memory/address.ts';
import type { Session } from '../../core/session.ts';
import { type GuestCall, rowsOf } from '../../kernel-function.ts';
import { busName, driverState, registerBus, unregisterBus } from './buses.ts';
import { driverPath, registerDriver, unregisterDriver } from './drivers.ts';
import { addAttribute } from './kobject.ts';

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
export const driverFunctions = () => [
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
