import { addressBits } from '../../memory/address.ts';
import { stackOf } from './execute-stack.ts';
import type { Machine } from './executor.ts';
import { highHalf, lowHalf } from './quad.ts';
import { RAX, RCX, RDI, RDX, RSI, RSP } from './state.ts';

/** Integer arguments: rdi, rsi, rdx, rcx, r8, r9 (System V ABI, AMD64 supplement, 3.2.3); i386's kernel: `-mregparm=3`. */
const REGISTERS = { 64: [RDI, RSI, RDX, RCX, 8, 9], 32: [RAX, RDX, RCX] } as const;

/** Places the arguments of a call; the return address is still to be pushed. Returns the bytes that stand on the stack. */
export function pushArguments(machine: Machine, args: readonly (bigint | number)[]): number {
  const { state } = machine;
  const registers = REGISTERS[state.mode];
  const values = args.map((value) => (typeof value === 'bigint' ? BigInt.asUintN(64, value) : addressBits(value)));
  const stack = stackOf(machine, state.mode);
  const onStack = values.slice(registers.length).reverse();
  for (const value of onStack) stack.push(lowHalf(value), highHalf(value));
  for (const [index, value] of values.slice(0, registers.length).entries()) {
    state.quads[registers[index]!] = BigInt.asUintN(state.mode, value);
  }
  return (onStack.length * state.mode) / 8;
}

/** The argument of the function that was just called: the return address stands at the stack pointer. */
export function argument({ state }: Machine, index: number): bigint {
  const registers = REGISTERS[state.mode];
  const register = registers[index];
  if (register !== undefined) return state.quads[register]!;
  const word = state.mode / 8;
  const address = state.number(RSP) + word * (1 + index - registers.length);
  const low = BigInt(state.memory.load32(address) >>> 0);
  if (state.mode === 32) return low;
  return (BigInt(state.memory.load32(address + 4) >>> 0) << 32n) | low;
}
