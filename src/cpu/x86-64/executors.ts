import { ARITHMETIC } from './execute-arithmetic.ts';
import { BITS } from './execute-bits.ts';
import { BMI } from './execute-bmi.ts';
import { BRANCH } from './execute-branch.ts';
import { MOVE } from './execute-move.ts';
import { MULTIPLY } from './execute-multiply.ts';
import { SHIFT } from './execute-shift.ts';
import { SIMD } from './execute-simd.ts';
import { STACK } from './execute-stack.ts';
import { STRING } from './execute-string.ts';
import { SYSTEM } from './execute-system.ts';
import type { Executor, ExecutorTable, Handler, Machine } from './executor.ts';
import type { Instruction } from './instruction.ts';
import { TrapSignal } from './state.ts';

const TABLE: ExecutorTable = {
  ...ARITHMETIC,
  ...MOVE,
  ...STACK,
  ...SHIFT,
  ...BITS,
  ...BMI,
  ...MULTIPLY,
  ...SYSTEM,
  ...BRANCH,
};

const undefinedOpcode: Executor = () => () => {
  throw new TrapSignal('invalid-opcode');
};

/** String operations and SSE moves share the name `movsd`: the operands tell. */
function executorOf({ mnemonic, operands }: Instruction): Executor {
  const table = operands.length === 0 ? STRING : SIMD;
  return TABLE[mnemonic] ?? table[mnemonic] ?? undefinedOpcode;
}

/** Binds a decoded instruction. What is not known raises #UD when it runs. */
export function bindInstruction(machine: Machine, instruction: Instruction): Handler {
  return executorOf(instruction)(machine, instruction);
}

/** Whether {@link bindInstruction} knows more of it than #UD. */
export function isExecutable(instruction: Instruction): boolean {
  return executorOf(instruction) !== undefinedOpcode;
}

/** True when control may go elsewhere after the instruction: it is the last of its block. */
export function endsBlock({ mnemonic }: Instruction): boolean {
  return mnemonic in BRANCH;
}
