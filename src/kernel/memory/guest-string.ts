import { cString } from '../../elf/c-string.ts';
import type { Address } from '../../memory/address.ts';
import type { AddressSpace } from '../../memory/address-space.ts';
import { GuestFault } from '../../memory/guest-fault.ts';

/** `__START_KERNEL_map` to `MODULES_VADDR`, arch/x86/include/asm/page_64_types.h: where the kernel image can be read. */
const KERNEL_IMAGE = { start: -0x8000_0000, end: -0x4000_0000 } as const;

/**
 * The C string at a guest address, to its NUL or the end of the mapping. What stands in the kernel image is not known
 * and reads as the empty string. Raises GuestFault when nothing is mapped there.
 */
export function guestString(memory: AddressSpace, address: Address): string {
  const mapping = memory.find(address);
  if (mapping) return cString(mapping.bytes, address - mapping.base);
  if (address >= KERNEL_IMAGE.start && address < KERNEL_IMAGE.end) return '';
  throw new GuestFault(address, 'read', false);
}
