import { EINVAL, ENOENT } from '../../../abi/negative-errno.ts';
import { KERN, printk } from '../../../kernel/log/printk.ts';
import type { Address } from '../../../memory/address.ts';
import { type GuestCall, type KernelFunction, rowsOf } from '../../kernel-function.ts';
import { emit } from '../text/printk.ts';
import { devicePrefix } from './device-messages.ts';

/** What Debian's kernels add to the first failure. */
const HINT = 'firmware_class: See https://wiki.debian.org/Firmware for information about missing firmware';

/** How a file is asked for. */
interface Request {
  /** The last line is said. */
  readonly warns: boolean;
  /** A whole file, which may be compressed too. */
  readonly whole: boolean;
}

function failure({ session, kernel }: GuestCall, device: Address, name: string): void {
  emit(session, `\x013${devicePrefix(session, device)}firmware: failed to load ${name} (${ENOENT})\n`);
  if (kernel.saidOnce.has(HINT)) return;
  kernel.saidOnce.add(HINT);
  printk(kernel, KERN.ERR, HINT);
}

/** `_request_firmware`: the machine has no firmware files; each form of the name is looked for and told of. */
function missing(call: GuestCall, name: string, device: Address, { warns, whole }: Request): number {
  if (name === '') return EINVAL;
  failure(call, device, name);
  if (whole) failure(call, device, name);
  if (warns)
    emit(
      call.session,
      `\x014${devicePrefix(call.session, device)}Direct firmware load for ${name} failed with error ${ENOENT}\n`,
    );
  return ENOENT;
}

/** `request_firmware(firmware_p, name, device)` and its like. */
const request =
  (how: Request): KernelFunction =>
  (call) => {
    const [place, name, device] = [call.pointer(0), call.pointer(1), call.pointer(2)];
    call.memory.writePointer(place, 0);
    return missing(call, name === 0 ? '' : call.string(1), device, how);
  };

/** `request_firmware_nowait(module, uevent, name, device, gfp, context, cont)`: `cont` is called at once. */
function requestLater(call: GuestCall): number {
  const [name, device, context, then] = [call.string(2), call.pointer(3), call.long(5), call.pointer(6)];
  missing(call, name, device, { warns: true, whole: true });
  call.session.call(then, 0, context);
  return 0;
}

const FIRMWARE = 'const struct firmware **firmware_p, const char *name, struct device *device';
const FULL: Request = { warns: true, whole: true };
const SILENT: Request = { warns: false, whole: true };

/** Firmware for devices: drivers/base/firmware_loader/main.c. */
export const firmwareFunctions = () =>
  rowsOf('drivers/base/firmware_loader/main.c', [
    [`int request_firmware(${FIRMWARE})`, request(FULL)],
    [`int firmware_request_nowarn(${FIRMWARE})`, request(SILENT)],
    [`int request_firmware_direct(${FIRMWARE})`, request(SILENT)],
    [`int firmware_request_platform(${FIRMWARE})`, request(FULL)],
    [`int request_firmware_into_buf(${FIRMWARE}, void *buf, size_t size)`, request(FULL)],
    [
      `int request_partial_firmware_into_buf(${FIRMWARE}, void *buf, size_t size, size_t offset)`,
      request({ warns: true, whole: false }),
    ],
    [
      'int request_firmware_nowait(struct module *module, bool uevent, const char *name, struct device *device, gfp_t gfp, void *context, void (*cont)(const struct firmware *fw, void *context))',
      requestLater,
    ],
    ['void release_firmware(const struct firmware *fw)', () => undefined],
  ]);
