import type { Address } from '../../memory/address.ts';
import type { AddressSpace } from '../../memory/address-space.ts';
import { NonCanonicalAddress, PagedMemory } from '../../memory/paged-memory.ts';
import { BudgetExceeded, type GuestCpu, GuestTrap, type KernelEntry, RUN_CODE } from '../guest-cpu.ts';
import { type Block, createBlock, decodeBlock, decodeBytes } from './block.ts';
import { argument, pushArguments } from './calling-convention.ts';
import { stackOf } from './execute-stack.ts';
import type { Handler, Machine } from './executor.ts';
import { accessedAddress } from './fault-address.ts';
import type { Mode } from './instruction.ts';
import type { NativeEntry } from './native-entries.ts';
import { readRegister, registerNames, writeRegister } from './register-names.ts';
import { CpuState, RAX, RSP, TrapSignal, WORD } from './state.ts';
import { emptySystem, type System } from './system.ts';

/** What a CPU may be told when it is made. */
export interface CpuOptions {
  /**
   * Asked before code is decoded: true when `KernelEntry` answers for this address although executable memory is there.
   * May map what is to be run.
   */
  readonly isKernelEntry?: (address: Address) => boolean;
  /** Entries that are called very often and do next to nothing: see native-entries.ts. */
  readonly nativeEntries?: ReadonlyMap<Address, NativeEntry>;
  /** Ports, MSRs, cpuid, rdtsc; what is left out is as on a machine without devices. */
  readonly system?: Partial<System>;
}

/** Where a called guest function returns to; nothing is ever mapped there. */
const RETURN_ADDRESS: Address = -0x0bad_0000_1000;

const CACHE_SLOTS = 4096;
const DEFAULT_BUDGET = Number.MAX_SAFE_INTEGER;

/** A GuestCpu of the x86 family; `call`s run on blocks of pre-bound instructions. */
export class X86Cpu implements GuestCpu {
  readonly memory: AddressSpace;
  budget = DEFAULT_BUDGET;
  readonly state: CpuState;
  readonly #machine: Machine;
  readonly #kernelEntry: KernelEntry;
  readonly #options: CpuOptions;
  readonly #mode: Mode;
  readonly #pushReturn: () => void;
  readonly #popReturn: Handler;
  /** Bytes of stack arguments by the stack pointer that a call returns with. */
  readonly #stackArguments = new Map<number, number>();
  /** Before any code: no block follows it by a link. */
  readonly #outside: Block;
  #instructions = 0;
  #generation = -1;
  #blocks = new Map<Address, Block>();
  #cache: (Block | undefined)[] = [];

  constructor(memory: AddressSpace, kernelEntry: KernelEntry, mode: Mode, options: CpuOptions) {
    this.memory = memory;
    this.#kernelEntry = kernelEntry;
    this.#options = options;
    this.#mode = mode;
    this.state = new CpuState(new PagedMemory(memory), mode);
    this.#machine = {
      state: this.state,
      system: { ...emptySystem(() => this.#instructions), ...options.system },
    };
    this.#outside = { ...createBlock(memory, Number.NaN, [], []), generation: -1 };
    const stack = stackOf(this.#machine, mode);
    const high = Math.floor(RETURN_ADDRESS / 0x100000000);
    this.#pushReturn = () => stack.push(RETURN_ADDRESS | 0, high);
    this.#popReturn = () => {
      const low = stack.pop() >>> 0;
      this.state.rip = mode === 32 ? low : this.state.words[WORD.HIGH]! * 0x100000000 + low;
    };
  }

  get returnAddress(): Address {
    return this.#mode === 32 ? RETURN_ADDRESS >>> 0 : RETURN_ADDRESS;
  }

  get instructions(): number {
    return this.#instructions;
  }

  call(address: Address, args: readonly (bigint | number)[]): bigint {
    const { state } = this;
    const before = state.rip;
    const pushed = pushArguments(this.#machine, args);
    if (pushed > 0) this.#stackArguments.set(state.number(RSP), pushed);
    this.#pushReturn();
    this.jump(address);
    this.#dropArguments();
    state.rip = before;
    return this.#mode === 64 ? state.quads[RAX]! : BigInt(state.unsigned[2 * RAX]!);
  }

  /** Runs from `address` on with the registers as they are, until control comes to a `call`'s return address. */
  jump(address: Address): void {
    this.state.rip = address;
    this.#run();
  }

  step(bytes: Uint8Array): void {
    const { rip } = this.state;
    this.#execute(decodeBytes(this.#machine, this.memory, rip, bytes));
  }

  /** The caller's part of a return; found by the stack pointer, because another `call` may have gone on to this return. */
  #dropArguments(): void {
    const sp = this.state.number(RSP);
    const pushed = this.#stackArguments.get(sp);
    if (pushed === undefined) return;
    this.#stackArguments.delete(sp);
    this.state.setNumber(RSP, sp + pushed);
  }

  argument(index: number): bigint {
    return argument(this.#machine, index);
  }

  readRegister(name: string): bigint {
    return readRegister(this.state, name);
  }

  writeRegister(name: string, value: bigint): void {
    writeRegister(this.state, name, BigInt.asUintN(64, value));
  }

  registers(): Readonly<Record<string, bigint>> {
    return Object.fromEntries(registerNames(this.#mode).map((name) => [name, this.readRegister(name)]));
  }

  #run(): void {
    const end = this.#mode === 32 ? RETURN_ADDRESS >>> 0 : RETURN_ADDRESS;
    const { state } = this;
    let block = this.#outside;
    while (state.rip !== end) {
      block = this.#follow(block);
      this.#execute(block);
    }
  }

  /** The block at rip, by the links of the block before it if they are right. */
  #follow(block: Block): Block {
    const { rip } = this.state;
    if (block.generation !== this.memory.codeGeneration) {
      this.#checkGeneration();
      return this.#lookup(rip);
    }
    if (block.next?.address === rip) return block.next;
    if (block.other?.address === rip) return block.other;
    const found = this.#lookup(rip);
    block.other = block.next;
    block.next = found;
    return found;
  }

  #execute(block: Block): void {
    const { handlers } = block;
    const count = handlers.length;
    if (this.budget < count) throw new BudgetExceeded();
    let index = 0;
    try {
      for (; index < count; index++) handlers[index]!();
    } catch (error) {
      this.#account(index);
      this.state.rip = block.addresses[index]!;
      throw this.#translate(error);
    }
    this.#account(count);
  }

  #account(count: number): void {
    this.#instructions += count;
    this.budget -= count;
  }

  #translate(error: unknown): unknown {
    if (error instanceof TrapSignal) return new GuestTrap(error.trap, this.state.rip);
    if (error instanceof NonCanonicalAddress) {
      const accessed = accessedAddress(this.memory, this.state, this.#mode);
      return new GuestTrap('general-protection', this.state.rip, accessed);
    }
    return error;
  }

  #checkGeneration(): void {
    if (this.#generation === this.memory.codeGeneration) return;
    this.#generation = this.memory.codeGeneration;
    this.#blocks.clear();
    this.#cache = new Array(CACHE_SLOTS).fill(undefined);
  }

  #lookup(address: Address): Block {
    const slot = ((address | 0) >>> 1) & (CACHE_SLOTS - 1);
    const cached = this.#cache[slot];
    if (cached?.address === address) return cached;
    let block = this.#blocks.get(address);
    if (!block) {
      block = this.#createBlock(address);
      this.#blocks.set(address, block);
    }
    this.#cache[slot] = block;
    return block;
  }

  #createBlock(address: Address): Block {
    const { nativeEntries, isKernelEntry } = this.#options;
    const native = nativeEntries?.get(address);
    if (native) return createBlock(this.memory, address, [() => native(this.state)], [address]);
    const isEntry = isKernelEntry?.(address) || this.memory.find(address)?.permissions.execute !== true;
    return isEntry ? this.#enterKernel(address) : decodeBlock(this.#machine, this.memory, address);
  }

  /** A block that runs the kernel function at `address` and returns from it, or goes on with the code that stands there. */
  #enterKernel(address: Address): Block {
    const { state } = this;
    let code: Block | undefined;
    const enter = (): void => {
      const value = this.#kernelEntry(this, address);
      if (value === RUN_CODE) {
        code ??= decodeBlock(this.#machine, this.memory, address);
        block.next = code;
        return;
      }
      if (value !== undefined) state.quads[RAX] = BigInt.asUintN(this.#mode, value);
      this.#popReturn();
    };
    const block = createBlock(this.memory, address, [enter], [address]);
    return block;
  }
}

/** The x86-64 processor in kernel mode. `kernelEntry` answers for every address that is not executable memory. */
export function createX8664Cpu(memory: AddressSpace, kernelEntry: KernelEntry, options: CpuOptions = {}): X86Cpu {
  return new X86Cpu(memory, kernelEntry, 64, options);
}

/** The same for i386. */
export function createI386Cpu(memory: AddressSpace, kernelEntry: KernelEntry, options: CpuOptions = {}): X86Cpu {
  return new X86Cpu(memory, kernelEntry, 32, options);
}
