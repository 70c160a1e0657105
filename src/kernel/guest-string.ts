import { cString } from '../elf/c-string.ts';
import type { Address } from '../memory/address.ts';
import type { AddressSpace } from '../memory/address-space.ts';
import { GuestFault } from '../memory/guest-fault.ts';

/** The C string at a guest address, to its NUL or the end of the mapping. Raises GuestFault when nothing is mapped there. */
export function guestString(memory: AddressSpace, address: Address): string {
  const mapping = memory.find(address);
  if (!mapping) throw new GuestFault(address, 'read', false);
  return cString(mapping.bytes, address - mapping.base);
}
