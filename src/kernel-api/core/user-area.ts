import type { Address } from '../../memory/address.ts';

/** Memory of a program that is mapped from a file: a `struct vm_area_struct` and its page table. */
export interface UserArea {
  readonly vma: Address;
  readonly start: Address;
  readonly end: Address;
  /** Where the kernel has the page that stands at an address of the program. */
  readonly pages: Map<Address, Address>;
}
