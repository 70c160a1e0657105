import { kfree, kzalloc } from '../../../kernel/memory/heap.ts';
import type { Address } from '../../../memory/address.ts';
import { type GuestCall, rowsOf } from '../../kernel-function.ts';

const ALIGN = 8;

/** `framebuffer_alloc`: a `fb_info` with the driver's own part behind it. */
function allocate(call: GuestCall): Address {
  const { session, memory, kernel } = call;
  const [size, device] = [call.size(0), call.pointer(1)];
  const own = Math.ceil(session.fields.size('fb_info') / ALIGN) * ALIGN;
  const info = kzalloc(kernel, own + size);
  if (size > 0) memory.writePointer(session.at(info, 'fb_info', 'par'), info + own);
  memory.writePointer(session.at(info, 'fb_info', 'device'), device);
  return info;
}

/** Frame buffers: no screen is there. */
export const framebufferFunctions = () => [
  ...rowsOf('drivers/video/fbdev/core/fbsysfs.c', [
    ['struct fb_info *framebuffer_alloc(size_t size, struct device *dev)', allocate],
    ['void framebuffer_release(struct fb_info *info)', (call) => kfree(call.kernel, call.pointer(0))],
  ]),
  ...rowsOf('drivers/gpu/drm/drm_nomodeset.c', [
    ['bool drm_firmware_drivers_only(void)', ({ kernel }) => Number(/(^|\s)nomodeset/.test(kernel.commandLine))],
  ]),
];
