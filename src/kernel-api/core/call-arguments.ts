import type { GuestCpu } from '../../cpu/guest-cpu.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { type Address, addressFromBits } from '../../memory/address.ts';
import type { AddressSpace } from '../../memory/address-space.ts';
import type { GuestCall } from '../kernel-function.ts';
import type { Session } from './session.ts';

/** The arguments as the CPU has them at the moment of the call; a model reads them before it calls guest code. */
export class CallArguments implements GuestCall {
  readonly session: Session;

  constructor(session: Session) {
    this.session = session;
  }

  get kernel(): Kernel {
    return this.session.kernel;
  }

  get memory(): AddressSpace {
    return this.session.memory;
  }

  get cpu(): GuestCpu {
    return this.session.cpu;
  }

  int(index: number): number {
    return Number(BigInt.asIntN(32, this.cpu.argument(index)));
  }

  unsigned(index: number): number {
    return Number(BigInt.asUintN(32, this.cpu.argument(index)));
  }

  long(index: number): bigint {
    return BigInt.asUintN(64, this.cpu.argument(index));
  }

  signedLong(index: number): bigint {
    return BigInt.asIntN(64, this.cpu.argument(index));
  }

  size(index: number): number {
    return Number(this.long(index));
  }

  pointer(index: number): Address {
    return addressFromBits(this.cpu.argument(index));
  }

  string(index: number): string {
    return this.memory.readCString(this.pointer(index));
  }
}
