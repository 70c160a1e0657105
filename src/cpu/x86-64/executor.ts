import type { Instruction, Operand } from './instruction.ts';
import { bindPlace, type Place } from './place.ts';
import type { CpuState } from './state.ts';
import type { System } from './system.ts';

/** Runs one instruction that was bound to a CPU. Raises GuestFault, NonCanonicalAddress, TrapSignal. */
export type Handler = () => void;

/** What an instruction is bound to. */
export interface Machine {
  readonly state: CpuState;
  readonly system: System;
}

/** Binds an instruction to a machine: operands are looked at once, here. */
export type Executor = (machine: Machine, instruction: Instruction) => Handler;

/** Executors by mnemonic. */
export type ExecutorTable = Readonly<Record<string, Executor>>;

/** Operand `index` bound to the machine. */
export function placeOf(machine: Machine, instruction: Instruction, index: number): Place {
  return bindPlace(machine.state, instruction.operands[index]!);
}

/** How far a value of this size must be shifted left for its top bit to be bit 31. */
export function topShift(size: number): number {
  return size >= 32 ? 0 : 32 - size;
}

/** The size in bits of an operand. */
export function sizeOf(operand: Operand | undefined): number {
  return operand && operand.kind !== 'target' ? operand.size : 0;
}

/** Address of the instruction that follows. */
export function nextAddress(machine: Machine, { address, length }: Instruction): number {
  return machine.state.mode === 32 ? (address + length) >>> 0 : address + length;
}

/** Rows that share one executor. */
export function rows(names: string, executor: Executor): ExecutorTable {
  return Object.fromEntries(names.split(' ').map((name) => [name, executor]));
}
