import { kfree, kzalloc } from '../kernel/memory/heap.ts';
import type { Address } from '../memory/address.ts';
import type { Session } from './core/session.ts';

/** Writes bytes of a byte string without a NUL. Raises GuestFault. */
export function writeBytes(session: Session, address: Address, text: string): void {
  if (text.length === 0) return;
  const bytes = session.memory.view(address, text.length, 'write');
  for (let index = 0; index < text.length; index++) bytes[index] = text.charCodeAt(index);
}

/** A new heap object with a byte string and its NUL: `kstrdup`. */
export function copyInString(session: Session, text: string): Address {
  const address = kzalloc(session.kernel, text.length + 1);
  writeBytes(session, address, text);
  return address;
}

/** `length` bytes as a byte string. Raises GuestFault. */
export function readGuestText(session: Session, address: Address, length: number): string {
  if (length <= 0) return '';
  return String.fromCharCode(...session.memory.view(address, Math.min(length, 65536), 'read'));
}

/** Calls `work` with a temporary heap object. */
export function withObject<T>(session: Session, size: number, work: (address: Address) => T): T {
  const address = kzalloc(session.kernel, size);
  try {
    return work(address);
  } finally {
    kfree(session.kernel, address);
  }
}
