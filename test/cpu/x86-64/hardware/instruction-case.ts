import { decode } from '../../../../src/cpu/x86-64/decode.ts';
import type { Instruction, MemoryOperand } from '../../../../src/cpu/x86-64/instruction.ts';
import { Random } from './random.ts';

export const DATA = 0x10000000;
export const CODE = 0x20000000;
export const PAGE = 4096;
export const WINDOW = 256;
export const WINDOW_AT = 2048;
const RCX = 1;
const RSP = 4;
const RBP = 5;
const RSI = 6;
const RDI = 7;

/** Code and the machine state that it starts from. */
export interface InstructionCase {
  readonly code: Uint8Array;
  readonly registers: BigUint64Array;
  readonly flags: number;
  /** Fills the data page, again and again. */
  readonly window: Uint8Array;
}

/** What the processor made of it. `fault`: not 0 when it raised an exception; the rest then means nothing. */
export interface Outcome {
  readonly registers: BigUint64Array;
  readonly flags: number;
  readonly fault: number;
  readonly window: Uint8Array;
}

const INTERESTING = [
  ...[0n, 1n, 2n, 0x7fn, 0x80n, 0xffn, 0x7fffn, 0x8000n, 0xffffn, 0x7fffffffn, 0x80000000n, 0xffffffffn],
  ...[0x100000000n, 0x7fffffffffffffffn, 0x8000000000000000n, 0xffffffffffffffffn, 0xffffffff80000000n, 31n, 64n],
];
/** CF PF AF ZF SF DF OF, with IF and the bit that is always set. */
const FLAGS = 0xcd5;
const FIXED_FLAGS = 0x202;

/** The starting state of a case: all of it follows from the code and the seed. */
export function startingState(code: Uint8Array, seed: number): InstructionCase {
  const random = new Random(seed);
  const registers = BigUint64Array.from({ length: 16 }, () => value(random));
  const window = Uint8Array.from({ length: WINDOW }, () => random.u32());
  const flags = (random.u32() & FLAGS) | FIXED_FLAGS;
  const first = decode(code, 0, CODE, 64);
  if (typeof first !== 'string') aim(first, registers, random);
  return { code, registers, flags, window };
}

function value(random: Random): bigint {
  const kind = random.below(4);
  if (kind === 0) return random.pick(INTERESTING);
  if (kind === 1) return BigInt(random.below(256));
  return kind === 2 ? random.u64() : BigInt.asUintN(64, BigInt(random.u32() | 0));
}

function target(random: Random, alignment = 1): number {
  return DATA + WINDOW_AT + 96 + Math.floor(random.below(64) / alignment) * alignment;
}

/** Makes registers point into the data page where the instruction uses them as addresses. */
function aim(instruction: Instruction, registers: BigUint64Array, random: Random): void {
  const { mnemonic, operands } = instruction;
  const memory = operands.find((operand) => operand.kind === 'memory');
  if (/^(push|pop|leave|enter|call|ret)/.test(mnemonic)) registers[RSP] = BigInt(target(random, 8));
  if (/^(leave|enter)/.test(mnemonic)) registers[RBP] = BigInt(target(random, 8));
  if (mnemonic === 'xlatb') registers[3] = BigInt(DATA + 1024);
  if (operands.length === 0 && /^(movs|stos|lods|cmps|scas)/.test(mnemonic)) aimString(instruction, registers, random);
  if (memory && mnemonic !== 'lea') aimMemory(instruction, memory, registers, random);
  if (/^i?div/.test(mnemonic) && random.below(4) > 0) registers[2] = random.below(2) ? 0n : 1n;
}

function aimString({ repeat }: Instruction, registers: BigUint64Array, random: Random): void {
  registers[RSI] = BigInt(target(random));
  registers[RDI] = BigInt(target(random));
  if (repeat) registers[RCX] = BigInt(random.below(4));
}

function aimMemory(instruction: Instruction, memory: MemoryOperand, registers: BigUint64Array, random: Random): void {
  const at = target(random, instruction.mnemonic === 'cmpxchg16b' ? 16 : 1);
  const [, source] = instruction.operands;
  if (/^bt.?$/.test(instruction.mnemonic) && source?.kind === 'register') {
    registers[source.number] = BigInt.asUintN(64, BigInt(random.below(600) - 300));
  }
  if (memory.index >= 0) registers[memory.index] = BigInt.asUintN(64, BigInt(random.below(64) - 32));
  const index = memory.index < 0 ? 0 : Number(BigInt.asIntN(64, registers[memory.index]!)) * memory.scale;
  registers[memory.base] = BigInt.asUintN(64, BigInt(at - memory.displacement - index));
}
