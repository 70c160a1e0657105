import { ENODEV } from '../../../abi/negative-errno.ts';
import { kfree, kzalloc } from '../../../kernel/memory/heap.ts';
import type { Address } from '../../../memory/address.ts';
import { copyInString } from '../../guest-text.ts';
import { type GuestCall, rowsOf } from '../../kernel-function.ts';
import { platformBus, readString } from './buses.ts';
import { deviceKobject } from './device-places.ts';
import { addDevice, initDevice, putDevice, removeDevice } from './devices.ts';
import { registerDriver } from './drivers.ts';
import { setKobjectName } from './kobject.ts';
import { platformState } from './platform-devices.ts';

/** `PLATFORM_DEVID_NONE`, `PLATFORM_DEVID_AUTO`, include/linux/platform_device.h. */
const DEVID = { NONE: -1, AUTO: -2 } as const;
const DMA_BIT_MASK_32 = 0xffffffffn;
const IORESOURCE_TYPE_BITS = 0x1f00n;

/** `device_initialize` and `setup_pdev_dma_masks`. */
function initPlatformDevice({ session, memory }: GuestCall, device: Address): void {
  const inner = session.at(device, 'platform_device', 'dev');
  initDevice(session, inner);
  const coherent = session.at(inner, 'device', 'coherent_dma_mask');
  if (memory.readU64(coherent) === 0n) memory.writeU64(coherent, DMA_BIT_MASK_32);
  const pointer = session.at(inner, 'device', 'dma_mask');
  if (memory.readPointer(pointer) !== 0) return;
  const own = session.at(device, 'platform_device', 'platform_dma_mask');
  memory.writeU64(own, DMA_BIT_MASK_32);
  memory.writePointer(pointer, own);
}

/** `platform_device_alloc`. */
function allocate(call: GuestCall, name: string, id: number): Address {
  const { session, memory, kernel } = call;
  const device = kzalloc(kernel, session.fields.size('platform_device'));
  memory.writePointer(session.at(device, 'platform_device', 'name'), copyInString(session, name));
  memory.writeU32(session.at(device, 'platform_device', 'id'), id >>> 0);
  initPlatformDevice(call, device);
  platformState(kernel).allocated.push(device);
  return device;
}

/** `platform_device_add`: named by its id, on the platform bus. */
function add(call: GuestCall, device: Address): number {
  const { session, memory } = call;
  const inner = session.at(device, 'platform_device', 'dev');
  const name = readString(session, device, 'platform_device', 'name');
  const id = memory.readU32(session.at(device, 'platform_device', 'id')) | 0;
  const shown = id === DEVID.NONE ? name : id === DEVID.AUTO ? `${name}.0.auto` : `${name}.${id}`;
  setKobjectName(session, deviceKobject(session, inner), shown);
  memory.writePointer(session.at(inner, 'device', 'bus'), platformBus(call.kernel));
  return addDevice(session, inner, false, 'sys/devices/platform');
}

function unregister(call: GuestCall, device: Address): void {
  if (device === 0) return;
  const inner = call.session.at(device, 'platform_device', 'dev');
  removeDevice(call.session, inner);
  putDevice(call.session, inner);
}

/** `platform_device_register_full`: from a `platform_device_info`. */
function registerFull(call: GuestCall): Address {
  const { session, memory } = call;
  const info = call.pointer(0);
  const field = (name: string): Address => session.pointerAt(info, 'platform_device_info', name);
  const id = memory.readU32(session.at(info, 'platform_device_info', 'id')) | 0;
  const device = allocate(call, readString(session, info, 'platform_device_info', 'name'), id);
  memory.writePointer(session.at(session.at(device, 'platform_device', 'dev'), 'device', 'parent'), field('parent'));
  const resources = memory.readU32(session.at(info, 'platform_device_info', 'num_res'));
  memory.writePointer(session.at(device, 'platform_device', 'resource'), field('res'));
  memory.writeU32(session.at(device, 'platform_device', 'num_resources'), resources);
  copyData(call, device, field('data'), Number(memory.readU64(session.at(info, 'platform_device_info', 'size_data'))));
  const error = add(call, device);
  return error < 0 ? error : device;
}

function copyData(call: GuestCall, device: Address, data: Address, size: number): void {
  if (data === 0 || size === 0) return;
  const { session, memory } = call;
  const copy = kzalloc(call.kernel, size);
  memory.view(copy, size, 'write').set(memory.view(data, size, 'read'));
  memory.writePointer(session.at(session.at(device, 'platform_device', 'dev'), 'device', 'platform_data'), copy);
}

/** `platform_get_resource`: the `number`th resource of a kind. */
function getResource(call: GuestCall): Address {
  const { session, memory } = call;
  const [device, kind, number] = [call.pointer(0), BigInt(call.unsigned(1)), call.unsigned(2)];
  const base = session.pointerAt(device, 'platform_device', 'resource');
  const count = memory.readU32(session.at(device, 'platform_device', 'num_resources'));
  const size = session.fields.size('resource');
  const all = Array.from({ length: count }, (_, index) => base + index * size);
  return (
    all.filter((each) => (memory.readU64(session.at(each, 'resource', 'flags')) & IORESOURCE_TYPE_BITS) === kind)[
      number
    ] ?? 0
  );
}

function register(call: GuestCall, device: Address): number {
  initPlatformDevice(call, device);
  return add(call, device);
}

function addDevices(call: GuestCall): number {
  const [array, count] = [call.pointer(0), call.int(1)];
  for (let index = 0; index < count; index++) {
    const error = register(call, call.memory.readPointer(array + index * 8));
    if (error < 0) return error;
  }
  return 0;
}

/** Platform devices: drivers/base/platform.c. */
export const platformFunctions = () =>
  rowsOf('drivers/base/platform.c', [
    [
      'struct platform_device *platform_device_alloc(const char *name, int id)',
      (call) => allocate(call, call.string(0), call.int(1)),
    ],
    ['int platform_device_add(struct platform_device *pdev)', (call) => add(call, call.pointer(0))],
    [
      'void platform_device_del(struct platform_device *pdev)',
      (call) => removeDevice(call.session, call.session.at(call.pointer(0), 'platform_device', 'dev')),
    ],
    [
      'void platform_device_put(struct platform_device *pdev)',
      (call) => {
        if (call.pointer(0) !== 0) kfree(call.kernel, call.pointer(0));
      },
    ],
    ['int platform_device_register(struct platform_device *pdev)', (call) => register(call, call.pointer(0))],
    ['void platform_device_unregister(struct platform_device *pdev)', (call) => unregister(call, call.pointer(0))],
    [
      'struct platform_device *platform_device_register_full(const struct platform_device_info *pdevinfo)',
      registerFull,
    ],
    ['int platform_add_devices(struct platform_device **devs, int num)', addDevices],
    [
      'int platform_device_add_data(struct platform_device *pdev, const void *data, size_t size)',
      (call) => {
        copyData(call, call.pointer(0), call.pointer(1), call.size(2));
        return 0;
      },
    ],
    [
      'int platform_device_add_resources(struct platform_device *pdev, const struct resource *res, unsigned int num)',
      () => 0,
    ],
    [
      'struct resource *platform_get_resource(struct platform_device *dev, unsigned int type, unsigned int num)',
      getResource,
    ],
    [
      'int __platform_driver_probe(struct platform_driver *drv, int (*probe)(struct platform_device *), struct module *module)',
      (call) => {
        const [driver, probe] = [call.pointer(0), call.pointer(1)];
        const { session, memory } = call;
        memory.writePointer(session.at(driver, 'platform_driver', 'probe'), probe);
        const inner = session.at(driver, 'platform_driver', 'driver');
        memory.writePointer(session.at(inner, 'device_driver', 'bus'), platformBus(call.kernel));
        registerDriver(session, inner);
        return ENODEV;
      },
    ],
  ]);
