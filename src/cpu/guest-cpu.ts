import type { Address } from '../memory/address.ts';
import type { AddressSpace } from '../memory/address-space.ts';

/**
 * The emulated processor as the rest of kobox sees it; one folder an instruction set implements it.
 * Integers cross this border as unsigned 64-bit bigints or as signed numbers.
 */
export interface GuestCpu {
  readonly memory: AddressSpace;
  /** Instructions executed since the CPU was made. */
  readonly instructions: number;
  /** Instructions that may still run before `call` raises {@link BudgetExceeded}; may be set at any time. */
  budget: number;
  /**
   * Calls a guest function by the platform's C calling convention on the current guest stack and runs it to its return.
   * May be entered again from inside a kernel function. Raises GuestFault, GuestTrap, BudgetExceeded.
   */
  call(address: Address, args: readonly (bigint | number)[]): bigint;
  /** Runs the first instruction of `bytes` as if it stood at rip. Raises GuestFault, GuestTrap. */
  step(bytes: Uint8Array): void;
  /** What a function that was called by {@link call} finds as its return address. Nothing stands there. */
  readonly returnAddress: Address;
  /** The `index`th integer argument of the kernel function being called (registers, then stack), as 64 bits. */
  argument(index: number): bigint;
  /** Register by its assembler name (`rax`, `rip`, `eflags`, `gs_base`, …), as 64 bits. */
  readRegister(name: string): bigint;
  writeRegister(name: string, value: bigint): void;
  /** All registers, for an oops dump and for tests. */
  registers(): Readonly<Record<string, bigint>>;
}

/** Answer of a {@link KernelEntry}: the code that is mapped at the address is to run. */
export const RUN_CODE = Symbol('run the code');

/**
 * Called when control reaches an address outside the module text: an exported kernel function.
 * Returns the value of the return register (undefined leaves it alone). Raises GuestFault when nothing lives there.
 */
export type KernelEntry = (cpu: GuestCpu, address: Address) => bigint | undefined | typeof RUN_CODE;

/** `#UD` (`ud2`: BUG, WARN), `#DE`, `int3`, `#GP`: an exception that is not a page fault. */
export class GuestTrap extends Error {
  readonly trap: 'invalid-opcode' | 'divide-error' | 'breakpoint' | 'general-protection' | 'stack-segment';
  /** Address of the instruction that trapped. */
  readonly address: Address;

  /** The non-canonical address that a general protection fault is about, 64 bits. */
  readonly accessed: bigint | undefined;

  constructor(trap: GuestTrap['trap'], address: Address, accessed?: bigint) {
    super(`guest trap: ${trap}`);
    this.accessed = accessed;
    this.name = 'GuestTrap';
    this.trap = trap;
    this.address = address;
  }
}

/** The guest used up its instruction budget. */
export class BudgetExceeded extends Error {
  constructor() {
    super('instruction budget exceeded');
    this.name = 'BudgetExceeded';
  }
}
