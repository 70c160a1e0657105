import type { Address } from '../../memory/address.ts';
import type { AddressSpace } from '../../memory/address-space.ts';
import { GuestFault } from '../../memory/guest-fault.ts';
import { decode } from './decode.ts';
import { type Handler, type Machine, nextAddress } from './executor.ts';
import { bindInstruction, endsBlock } from './executors.ts';
import type { Instruction } from './instruction.ts';
import { TrapSignal } from './state.ts';

/** Instructions that run one after the other; the last sets rip. */
export interface Block {
  readonly address: Address;
  readonly handlers: readonly Handler[];
  /** Address of each instruction, for faults. */
  readonly addresses: readonly Address[];
  /** The memory's `codeGeneration` when it was made: valid as long as that is the same. */
  readonly generation: number;
  /** The two blocks that were last run behind this one. */
  next: Block | undefined;
  other: Block | undefined;
}

const MAXIMUM_BLOCK = 64;
const MAXIMUM_LENGTH = 15;

/** A block of given handlers. */
export function createBlock(
  space: AddressSpace,
  address: Address,
  handlers: readonly Handler[],
  addresses: readonly Address[],
): Block {
  const generation = space.codeGeneration;
  return { address, handlers, addresses, generation, next: undefined, other: undefined };
}

/** Decodes the block at `address`. Raises GuestFault when it cannot be executed. */
export function decodeBlock(machine: Machine, space: AddressSpace, address: Address): Block {
  const handlers: Handler[] = [];
  const addresses: Address[] = [];
  let at = address;
  while (handlers.length < MAXIMUM_BLOCK) {
    const instruction = at === address ? fetch(machine, space, at) : tryFetch(machine, space, at);
    if (!instruction) break;
    addresses.push(at);
    if (instruction === 'invalid') return createBlock(space, address, [...handlers, undefinedOpcode], addresses);
    handlers.push(bindInstruction(machine, instruction));
    if (endsBlock(instruction)) return createBlock(space, address, handlers, addresses);
    at = nextAddress(machine, instruction);
  }
  return createBlock(space, address, [...handlers, continueAt(machine, at)], [...addresses, at]);
}

/** A block of the first instruction of `bytes`, as if it stood at `address`. */
export function decodeBytes(machine: Machine, space: AddressSpace, address: Address, bytes: Uint8Array): Block {
  const instruction = decode(bytes, 0, address, machine.state.mode);
  if (typeof instruction === 'string') return createBlock(space, address, [undefinedOpcode], [address]);
  const handlers = [bindInstruction(machine, instruction)];
  if (!endsBlock(instruction)) handlers.push(continueAt(machine, nextAddress(machine, instruction)));
  return createBlock(space, address, handlers, [address, address]);
}

function undefinedOpcode(): never {
  throw new TrapSignal('invalid-opcode');
}

function continueAt({ state }: Machine, address: Address): Handler {
  return () => {
    state.rip = address;
  };
}

/** The instruction at `address`; undefined when it cannot be fetched, so that the fault comes when control gets there. */
function tryFetch(machine: Machine, space: AddressSpace, address: Address): Instruction | 'invalid' | undefined {
  try {
    return fetch(machine, space, address);
  } catch (error) {
    if (error instanceof GuestFault) return undefined;
    throw error;
  }
}

function fetch({ state }: Machine, space: AddressSpace, address: Address): Instruction | 'invalid' {
  const bytes = executableBytes(space, address);
  const instruction = decode(bytes, 0, address, state.mode);
  if (instruction !== 'truncated') return instruction;
  if (bytes.length >= MAXIMUM_LENGTH) return 'invalid';
  throw new GuestFault(address + bytes.length, 'execute', space.find(address + bytes.length) !== undefined);
}

/** Up to 15 executable bytes, across mappings that touch. Raises GuestFault when the first is not executable. */
function executableBytes(space: AddressSpace, address: Address): Uint8Array {
  const run = executableRun(space, address, MAXIMUM_LENGTH);
  const mapping = space.find(address + run.length);
  if (run.length === MAXIMUM_LENGTH || !mapping?.permissions.execute) return run;
  return Uint8Array.of(...run, ...executableRun(space, address + run.length, MAXIMUM_LENGTH - run.length));
}

function executableRun(space: AddressSpace, address: Address, size: number): Uint8Array {
  const mapping = space.find(address);
  const there = mapping ? mapping.base + mapping.size - address : size;
  return space.view(address, Math.min(there, size), 'execute');
}
