import type { Address } from '../../memory/address.ts';

/** `%p`: a hash in place of the address, eight zeros before it. */
export function hashedPointer(address: Address): string {
  return (Math.imul(address >>> 0, 0x9e3779b1) >>> 0).toString(16).padStart(16, '0');
}
