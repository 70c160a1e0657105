import { EINVAL } from '../../../abi/negative-errno.ts';
import { kfree } from '../../../kernel/memory/heap.ts';
import type { Address } from '../../../memory/address.ts';
import type { Session } from '../../core/session.ts';
import { copyInString } from '../../guest-text.ts';

/** `PAGE_SIZE - 1`: what the file takes. */
const MOST = 4095;

/** Where the name stands of the driver that a platform device asks for. */
function place(session: Session, device: Address): Address {
  const platform = device - session.fields.offset('platform_device', 'dev');
  return session.at(platform, 'platform_device', 'driver_override');
}

/** `driver_override_show`, drivers/base/platform.c. */
export function readOverride(session: Session, device: Address): string {
  const name = session.memory.readPointer(place(session, device));
  return `${name === 0 ? '(null)' : session.memory.readCString(name)}\n`;
}

/** `driver_set_override`, drivers/base/driver.c: a line; an empty one asks for nobody. The bytes taken or a negative errno. */
export function writeOverride(session: Session, device: Address, text: string): number {
  if (text.length >= MOST) return EINVAL;
  const at = place(session, device);
  const old = session.memory.readPointer(at);
  const [name = ''] = text.split('\n', 1);
  session.memory.writePointer(at, name === '' ? 0 : copyInString(session, name));
  if (old !== 0) kfree(session.kernel, old);
  return text.length;
}
