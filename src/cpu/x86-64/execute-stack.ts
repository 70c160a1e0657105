import { type Executor, type ExecutorTable, type Machine, placeOf, rows } from './executor.ts';
import { FLAG, readFlags, writeFlags } from './flags.ts';
import type { ImmediateOperand, Instruction, RegisterOperand } from './instruction.ts';
import { generalPlace, memoryAccess } from './place.ts';
import { RBP, RSP, WORD } from './state.ts';

const { HIGH, OTHER } = WORD;

/** Bound push and pop of one width. `pop` leaves the high half in HIGH. */
export interface Stack {
  push(low: number, high: number): void;
  pop(): number;
}

/** Binds the stack at a width of 16, 32 or 64 bits. */
export function stackOf({ state }: Machine, size: number): Stack {
  const { words: w, unsigned } = state;
  const { load, store } = memoryAccess(state, size);
  const bytes = size / 8;
  const address32 = state.mode === 32;
  return {
    push: (low, high) => {
      const sp = (w[2 * RSP]! - bytes) | 0;
      const spHigh = address32 ? 0 : (w[2 * RSP + 1]! - (unsigned[2 * RSP]! < bytes ? 1 : 0)) | 0;
      store(spHigh * 0x100000000 + (sp >>> 0), low, high);
      w[2 * RSP] = sp;
      w[2 * RSP + 1] = spHigh;
    },
    pop: () => {
      const value = load(state.number(RSP));
      const sum = unsigned[2 * RSP]! + bytes;
      w[2 * RSP] = sum;
      if (sum > 0xffffffff && !address32) w[2 * RSP + 1]!++;
      return value;
    },
  };
}

/** Bits that a push or pop of this instruction moves. */
function stackSize(machine: Machine, { operandSize }: Instruction): number {
  return operandSize === 16 ? 16 : machine.state.mode;
}

const push: Executor = (machine, instruction) => {
  const stack = stackOf(machine, stackSize(machine, instruction));
  const [operand] = instruction.operands;
  if ((operand as RegisterOperand).file === 'segment') return () => stack.push(0, 0);
  const source = placeOf(machine, instruction, 0);
  const w = machine.state.words;
  return () => {
    const low = source.load();
    stack.push(low, w[HIGH]!);
  };
};

const pop: Executor = (machine, instruction) => {
  const stack = stackOf(machine, stackSize(machine, instruction));
  const [operand] = instruction.operands;
  if ((operand as RegisterOperand).file === 'segment') return () => void stack.pop();
  const target = placeOf(machine, instruction, 0);
  const w = machine.state.words;
  return () => {
    const before = machine.state.number(RSP);
    const low = stack.pop();
    try {
      target.store(low, w[HIGH]!);
    } catch (error) {
      machine.state.setNumber(RSP, before);
      throw error;
    }
  };
};

const pushFlags: Executor = (machine, instruction) => {
  const stack = stackOf(machine, stackSize(machine, instruction));
  return () => stack.push(readFlags(machine.state), 0);
};

/** Bits that popf at CPL 0 may change: all but the reserved ones, VM, RF, VIF and VIP. */
const POPF = 0x247fd5;

const popFlags: Executor = (machine, instruction) => {
  const { state } = machine;
  const size = stackSize(machine, instruction);
  const stack = stackOf(machine, size);
  const mask = size === 16 ? POPF & 0xffff : POPF;
  return () => writeFlags(state, (stack.pop() & mask) | (readFlags(state) & ~mask));
};

const leave: Executor = (machine, instruction) => {
  const { state } = machine;
  const size = stackSize(machine, instruction);
  const stack = stackOf(machine, size);
  const frame = generalPlace(state, RBP, size);
  return () => {
    const before = state.quads[RSP]!;
    state.quads[RSP] = state.quads[RBP]!;
    try {
      const low = stack.pop();
      frame.store(low, state.words[HIGH]!);
    } catch (error) {
      state.quads[RSP] = before;
      throw error;
    }
  };
};

/** `enter size, 0`; nesting levels beyond 0 push the display. */
const enter: Executor = (machine, instruction) => {
  const { state } = machine;
  const width = stackSize(machine, instruction);
  const stack = stackOf(machine, width);
  const { load } = memoryAccess(state, width);
  const [room, level] = instruction.operands as readonly ImmediateOperand[];
  const depth = level!.low & 31;
  return () => {
    const w = state.words;
    stack.push(w[2 * RBP]!, w[2 * RBP + 1]!);
    const frame = state.number(RSP);
    for (let nested = 1; nested < depth; nested++) {
      state.setNumber(RBP, state.number(RBP) - width / 8);
      const low = load(state.number(RBP));
      stack.push(low, w[HIGH]!);
    }
    if (depth > 0) stack.push(frame, Math.floor(frame / 0x100000000));
    state.setNumber(RBP, frame);
    state.setNumber(RSP, state.number(RSP) - room!.low);
  };
};

const pushAll: Executor = (machine, { operandSize }) => {
  const stack = stackOf(machine, operandSize);
  const w = machine.state.words;
  return () => {
    const sp = w[2 * RSP]!;
    for (let number = 0; number < 8; number++) stack.push(number === RSP ? sp : w[2 * number]!, 0);
  };
};

const popAll: Executor = (machine, { operandSize }) => {
  const stack = stackOf(machine, operandSize);
  const places = Array.from({ length: 8 }, (_, number) => generalPlace(machine.state, number, operandSize));
  return () => {
    for (let number = 7; number >= 0; number--) {
      const value = stack.pop();
      if (number !== RSP) places[number]!.store(value, 0);
    }
  };
};

/** The status flags that lahf and sahf move: SF ZF AF PF CF. */
const STATUS = FLAG.SF | FLAG.ZF | FLAG.AF | FLAG.PF | FLAG.CF;

function flagChange(change: (flags: number) => number): Executor {
  return ({ state }) =>
    () =>
      writeFlags(state, change(readFlags(state)));
}

function otherFlag(flag: number, value: boolean): Executor {
  return ({ state }) =>
    () => {
      if (value) state.words[OTHER]! |= flag;
      else state.words[OTHER]! &= ~flag;
    };
}

/** Pushes, pops and frames by mnemonic. */
export const STACK: ExecutorTable = {
  push,
  pop,
  leave,
  enter,
  ...rows('pushfw pushfd pushfq', pushFlags),
  ...rows('popfw popfd popfq', popFlags),
  ...rows('pushaw pushad', pushAll),
  ...rows('popaw popad', popAll),
  lahf:
    ({ state }) =>
    () => {
      state.bytes[1] = readFlags(state);
    },
  sahf:
    ({ state }) =>
    () =>
      writeFlags(state, (readFlags(state) & ~STATUS) | (state.bytes[1]! & STATUS)),
  clc: flagChange((flags) => flags & ~FLAG.CF),
  stc: flagChange((flags) => flags | FLAG.CF),
  cmc: flagChange((flags) => flags ^ FLAG.CF),
  cld: otherFlag(FLAG.DF, false),
  std: otherFlag(FLAG.DF, true),
  cli: otherFlag(FLAG.IF, false),
  sti: otherFlag(FLAG.IF, true),
};
