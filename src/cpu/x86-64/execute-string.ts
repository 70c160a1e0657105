import { ALU } from './alu.ts';
import { type Executor, type ExecutorTable, type Handler, type Machine, topShift } from './executor.ts';
import { FLAG } from './flags.ts';
import type { Instruction, SegmentName } from './instruction.ts';
import { generalPlace, type MemoryAccess, memoryAccess } from './place.ts';
import { type CpuState, RAX, RCX, RDI, RDX, RSI, WORD } from './state.ts';

const { HIGH, OTHER, ZERO } = WORD;

const SIZES: Readonly<Record<string, number>> = { b: 8, w: 16, d: 32, q: 64 };

/** What one step of a string operation works with. */
interface Step {
  readonly machine: Machine;
  readonly state: CpuState;
  readonly size: number;
  readonly access: MemoryAccess;
  /** Address in rsi with its segment, address in rdi. */
  source(): number;
  destination(): number;
  /** Moves rsi, rdi by one element. */
  advanceSource(): void;
  advanceDestination(): void;
}

function stepOf(machine: Machine, instruction: Instruction): Step {
  const { state } = machine;
  const size = SIZES[instruction.mnemonic.at(-1)!]!;
  const wide = instruction.addressSize === 64;
  const read = (register: number): number => (wide ? state.number(register) : state.unsigned[2 * register]!);
  const advance = (register: number): void => {
    const by = state.words[OTHER]! & FLAG.DF ? -size / 8 : size / 8;
    if (wide) state.setNumber(register, state.number(register) + by);
    else state.quads[register] = BigInt((read(register) + by) >>> 0);
  };
  const base = segmentBase(state, instruction.segment);
  return {
    ...{ machine, state, size, access: memoryAccess(state, size) },
    source: () => read(RSI) + base(),
    destination: () => read(RDI),
    advanceSource: () => advance(RSI),
    advanceDestination: () => advance(RDI),
  };
}

function segmentBase(state: CpuState, segment: SegmentName | undefined): () => number {
  if (segment === 'gs') return () => state.gsBase;
  return segment === 'fs' ? () => state.fsBase : () => 0;
}

/** Binds a step: rep repeats it while rcx counts down, repe and repne also ask ZF after each comparison. */
function stringOperation(bind: (step: Step) => Handler, compares = false): Executor {
  return (machine, instruction) => {
    const once = bind(stepOf(machine, instruction));
    const { repeat, addressSize } = instruction;
    if (!repeat) return once;
    const w = machine.state.words;
    const wide = addressSize === 64;
    const stopsOn = repeat === 'rep' ? (zero: number): boolean => zero !== 0 : (zero: number): boolean => zero === 0;
    return () => {
      while (w[2 * RCX] !== 0 || (wide && w[2 * RCX + 1] !== 0)) {
        once();
        if (w[2 * RCX] === 0) w[2 * RCX + 1]!--;
        w[2 * RCX]!--;
        if (!wide) w[2 * RCX + 1] = 0;
        if (compares && stopsOn(w[ZERO]!)) return;
      }
    };
  };
}

const movs = stringOperation((step) => () => {
  const { access, state } = step;
  const low = access.load(step.source());
  access.store(step.destination(), low, state.words[HIGH]!);
  step.advanceSource();
  step.advanceDestination();
});

const stos = stringOperation((step) => {
  const { access, state, size } = step;
  const accumulator = generalPlace(state, RAX, size);
  return () => {
    const low = accumulator.load();
    access.store(step.destination(), low, state.words[HIGH]!);
    step.advanceDestination();
  };
});

const lods = stringOperation((step) => {
  const { access, state, size } = step;
  const accumulator = generalPlace(state, RAX, size);
  return () => {
    const low = access.load(step.source());
    accumulator.store(low, state.words[HIGH]!);
    step.advanceSource();
  };
});

type Compare = (aLow: number, aHigh: number, bLow: number, bHigh: number) => void;

function comparison(state: CpuState, size: number): Compare {
  if (size === 64) return ALU['cmp']!.wide(state);
  const narrow = ALU['cmp']!.narrow(state, topShift(size));
  return (aLow, _aHigh, bLow) => void narrow(aLow, bLow);
}

const cmps = stringOperation((step) => {
  const { access, state, size } = step;
  const compare = comparison(state, size);
  return () => {
    const low = access.load(step.source());
    const high = state.words[HIGH]!;
    const other = access.load(step.destination());
    compare(low, high, other, state.words[HIGH]!);
    step.advanceSource();
    step.advanceDestination();
  };
}, true);

const scas = stringOperation((step) => {
  const { access, state, size } = step;
  const compare = comparison(state, size);
  const accumulator = generalPlace(state, RAX, size);
  return () => {
    const other = access.load(step.destination());
    const otherHigh = state.words[HIGH]!;
    const low = accumulator.load();
    compare(low, state.words[HIGH]!, other, otherHigh);
    step.advanceDestination();
  };
}, true);

const ins = stringOperation((step) => () => {
  const { state, machine, size } = step;
  step.access.store(step.destination(), machine.system.readPort(state.halves[4 * RDX]!, size), 0);
  step.advanceDestination();
});

const outs = stringOperation((step) => () => {
  const { state, machine, size } = step;
  machine.system.writePort(state.halves[4 * RDX]!, size, step.access.load(step.source()));
  step.advanceSource();
});

const widths = (name: string, letters: string, executor: Executor): ExecutorTable =>
  Object.fromEntries([...letters].map((letter) => [name + letter, executor]));

/** String operations by mnemonic, with their width. */
export const STRING: ExecutorTable = {
  ...widths('movs', 'bwdq', movs),
  ...widths('stos', 'bwdq', stos),
  ...widths('lods', 'bwdq', lods),
  ...widths('cmps', 'bwdq', cmps),
  ...widths('scas', 'bwdq', scas),
  ...widths('ins', 'bwd', ins),
  ...widths('outs', 'bwd', outs),
};
