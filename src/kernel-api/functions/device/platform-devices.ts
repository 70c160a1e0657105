import { subsystem } from '../../../kernel/subsystem.ts';
import type { Address } from '../../../memory/address.ts';
import type { Session } from '../../core/session.ts';

/** Platform devices that `platform_device_alloc` made: these have the kernel's release function. */
export const platformState = subsystem('platform', () => ({ allocated: [] as Address[] }));

/** Whether a `struct device` is the inner one of such a device. */
export function isAllocatedPlatformDevice(session: Session, device: Address): boolean {
  const { allocated } = platformState(session.kernel);
  return allocated.includes(device - session.fields.offset('platform_device', 'dev'));
}
