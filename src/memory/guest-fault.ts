import { type Address, formatAddress } from './address.ts';

/** What the guest tried to do when it faulted. */
export type Access = 'read' | 'write' | 'execute';

/** A guest access that the emulated memory refuses; the CPU and the kernel functions turn it into an oops. */
export class GuestFault extends Error {
  readonly address: Address;
  readonly access: Access;
  /** True when the page is mapped and only its permissions forbid the access. */
  readonly mapped: boolean;

  constructor(address: Address, access: Access, mapped: boolean) {
    super(`guest ${access} fault at ${formatAddress(address)}`);
    this.name = 'GuestFault';
    this.address = address;
    this.access = access;
    this.mapped = mapped;
  }
}
