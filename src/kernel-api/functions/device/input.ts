import { KERN, printk } from '../../../kernel/log/printk.ts';
import { kzalloc } from '../../../kernel/memory/heap.ts';
import { subsystem } from '../../../kernel/subsystem.ts';
import type { Address } from '../../../memory/address.ts';
import { type GuestCall, rowsOf } from '../../kernel-function.ts';
import { readString } from './buses.ts';
import { kernelClass } from './device-files.ts';
import { deviceKobject } from './device-places.ts';
import { addDevice, initDevice, putDevice, unregisterDevice } from './devices.ts';
import { kobjectPath, setKobjectName } from './kobject.ts';

/** Input devices that the machine has when it has booted: the next one's number. */
const FIRST_NUMBER = 3;
const EV_SYN = 0;

const inputState = subsystem('input', () => ({ next: FIRST_NUMBER }));

/** `input_allocate_device`: `input<N>` of the class `input`. */
function allocate(call: GuestCall): Address {
  const { session, memory, kernel } = call;
  const input = kzalloc(kernel, session.fields.size('input_dev'));
  const device = session.at(input, 'input_dev', 'dev');
  initDevice(session, device);
  memory.writePointer(session.at(device, 'device', 'class'), kernelClass(session, 'input'));
  setKobjectName(session, deviceKobject(session, device), `input${inputState(kernel).next++}`);
  return input;
}

/** `input_register_device`: its directory, and a line in the log. */
function register(call: GuestCall): number {
  const { session, memory, kernel } = call;
  const input = call.pointer(0);
  const device = session.at(input, 'input_dev', 'dev');
  const events = session.at(input, 'input_dev', 'evbit');
  memory.writeU64(events, memory.readU64(events) | (1n << BigInt(EV_SYN)));
  const error = addDevice(session, device);
  if (error < 0) return error;
  const path = kobjectPath(session, deviceKobject(session, device))?.slice('sys'.length) ?? 'N/A';
  const name = readString(session, input, 'input_dev', 'name') || 'Unspecified device';
  printk(kernel, KERN.INFO, `input: ${name} as ${path}`);
  return 0;
}

function setBit(call: GuestCall, field: string, bit: number): void {
  const at = call.session.at(call.pointer(0), 'input_dev', field) + Math.floor(bit / 8);
  call.memory.writeU8(at, call.memory.readU8(at) | (1 << (bit & 7)));
}

/** The bitmap of each event type. Source: drivers/input/input.c, `input_set_capability`. */
const BITMAPS = ['', 'keybit', 'relbit', 'absbit', 'mscbit', 'swbit'];

function setCapability(call: GuestCall): void {
  const [type, code] = [call.unsigned(1), call.unsigned(2)];
  if (BITMAPS[type]) setBit(call, BITMAPS[type], code);
  setBit(call, 'evbit', type);
}

const deviceOf = (call: GuestCall): Address => call.session.at(call.pointer(0), 'input_dev', 'dev');

/** Input devices: nobody listens to their events. */
export const inputFunctions = () =>
  rowsOf('drivers/input/input.c', [
    ['struct input_dev *input_allocate_device(void)', allocate],
    ['struct input_dev *devm_input_allocate_device(struct device *dev)', allocate],
    [
      'void input_free_device(struct input_dev *dev)',
      (call) => void (call.pointer(0) !== 0 && putDevice(call.session, deviceOf(call))),
    ],
    ['int input_register_device(struct input_dev *dev)', register],
    ['void input_unregister_device(struct input_dev *dev)', (call) => unregisterDevice(call.session, deviceOf(call))],
    ['void input_event(struct input_dev *dev, unsigned int type, unsigned int code, int value)', () => undefined],
    ['void input_set_capability(struct input_dev *dev, unsigned int type, unsigned int code)', setCapability],
  ]);
