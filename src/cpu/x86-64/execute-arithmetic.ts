import { ALU, type AluOperation } from './alu.ts';
import { type Executor, type ExecutorTable, type Handler, placeOf, rows, sizeOf, topShift } from './executor.ts';
import type { Place } from './place.ts';
import { type CpuState, WORD } from './state.ts';

const { HIGH } = WORD;

/** `a = a op b`, or without the assignment for cmp and test. */
function binary(state: CpuState, operation: AluOperation, a: Place, b: Place, assign: boolean): Handler {
  if (a.size === 64) return binaryWide(state, operation, a, b, assign);
  const run = operation.narrow(state, topShift(a.size));
  if (!assign) return () => void run(a.load(), b.load());
  return () => a.storeBack(run(a.load(), b.load()), 0);
}

function binaryWide(state: CpuState, operation: AluOperation, a: Place, b: Place, assign: boolean): Handler {
  const w = state.words;
  const run = operation.wide(state);
  const compute = (): number => {
    const low = a.load();
    const high = w[HIGH]!;
    const otherLow = b.load();
    return run(low, high, otherLow, w[HIGH]!);
  };
  if (!assign) return compute;
  return () => {
    const low = compute();
    a.storeBack(low, w[HIGH]!);
  };
}

const ONE: Place = { size: 0, load: () => 1, store: () => undefined, storeBack: () => undefined };

function oneIn(state: CpuState): Place {
  return {
    ...ONE,
    load: () => {
      state.words[HIGH] = 0;
      return 1;
    },
  };
}

const twoOperands: Executor = (machine, instruction) => {
  const { mnemonic } = instruction;
  const assign = mnemonic !== 'cmp' && mnemonic !== 'test';
  const a = placeOf(machine, instruction, 0);
  return binary(machine.state, ALU[mnemonic]!, a, placeOf(machine, instruction, 1), assign);
};

const oneOperand: Executor = (machine, instruction) => {
  const a = placeOf(machine, instruction, 0);
  return binary(machine.state, ALU[instruction.mnemonic]!, a, oneIn(machine.state), true);
};

/** `neg`: 0 - a. */
const negate: Executor = (machine, instruction) => {
  const w = machine.state.words;
  const a = placeOf(machine, instruction, 0);
  if (a.size < 64) {
    const run = ALU['sub']!.narrow(machine.state, topShift(a.size));
    return () => a.storeBack(run(0, a.load()), 0);
  }
  const run = ALU['sub']!.wide(machine.state);
  return () => {
    const low = a.load();
    a.storeBack(run(0, 0, low, w[HIGH]!), w[HIGH]!);
  };
};

const not: Executor = (machine, instruction) => {
  const w = machine.state.words;
  const a = placeOf(machine, instruction, 0);
  return () => {
    const low = a.load();
    a.storeBack(~low, ~w[HIGH]!);
  };
};

/** `xadd`: the old destination goes to the source. */
const exchangeAdd: Executor = (machine, instruction) => {
  const { state } = machine;
  const w = state.words;
  const a = placeOf(machine, instruction, 0);
  const b = placeOf(machine, instruction, 1);
  const intoMemory = instruction.operands[0]!.kind === 'memory';
  const narrow = ALU['add']!.narrow(state, topShift(a.size));
  const wide = ALU['add']!.wide(state);
  return () => {
    const low = a.load();
    const high = w[HIGH]!;
    const other = b.load();
    const sum = a.size === 64 ? wide(low, high, other, w[HIGH]!) : narrow(low, other);
    const sumHigh = w[HIGH]!;
    if (intoMemory) a.storeBack(sum, sumHigh);
    b.store(low, high);
    if (!intoMemory) a.storeBack(sum, sumHigh);
  };
};

/** `cmpxchg`: compares with the accumulator; equal: stores the source, else loads the accumulator. */
const compareExchange: Executor = (machine, instruction) => {
  const { state } = machine;
  const w = state.words;
  const a = placeOf(machine, instruction, 0);
  const b = placeOf(machine, instruction, 1);
  const accumulator = placeOf(
    machine,
    { ...instruction, operands: [{ kind: 'register', file: 'gpr', number: 0, size: sizeOf(instruction.operands[0]) }] },
    0,
  );
  const writesBack = instruction.operands[0]!.kind === 'memory';
  const compare = binary(state, ALU['cmp']!, accumulator, { ...a, load: () => a.load() }, false);
  return () => {
    compare();
    const low = a.load();
    const high = w[HIGH]!;
    if (w[WORD.ZERO] === 0) {
      const value = b.load();
      a.storeBack(value, w[HIGH]!);
    } else {
      if (writesBack) a.storeBack(low, high);
      accumulator.store(low, high);
    }
  };
};

/** Sums, comparisons and logic by mnemonic. */
export const ARITHMETIC: ExecutorTable = {
  ...rows('add adc sub sbb cmp and or xor test', twoOperands),
  ...rows('inc dec', oneOperand),
  neg: negate,
  not,
  xadd: exchangeAdd,
  cmpxchg: compareExchange,
};
