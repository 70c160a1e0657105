import { type Executor, type ExecutorTable, type Handler, type Machine, placeOf, rows } from './executor.ts';
import { setCarryOverflow } from './flags.ts';
import type { Instruction } from './instruction.ts';
import type { Place } from './place.ts';
import { loadBig, storeBackBig } from './quad.ts';
import { AF_SET, SHIFTS, shiftDoubleLeft, shiftDoubleRight } from './shift.ts';
import { type CpuState, WORD } from './state.ts';

const { ZERO, SIGN, PARITY, AUXILIARY, HIGH } = WORD;

const general: Executor = (machine, instruction) => {
  const { state } = machine;
  const shift = SHIFTS[instruction.mnemonic]!;
  const target = placeOf(machine, instruction, 0);
  const by = placeOf(machine, instruction, 1);
  const mask = target.size === 64 ? 63 : 31;
  return () => {
    const count = by.load() & mask;
    const value = loadBig(state, target);
    storeBackBig(target, count === 0 ? value : shift(state, value, count, target.size));
  };
};

/** Sets the flags of a shift of 32 bits. */
function setFlags(state: CpuState, result: number, cf: number, of: number): void {
  const w = state.words;
  w[ZERO] = result;
  w[SIGN] = result;
  w[PARITY] = result;
  w[AUXILIARY] = AF_SET;
  setCarryOverflow(state, cf, of);
}

type Shift32 = (state: CpuState, value: number, count: number) => number;

/** The shifts of 32 bits without bigints; the count is 1–31. */
const SHIFT_32: Readonly<Record<string, Shift32>> = {
  shl: (state, value, count) => {
    const result = value << count;
    const cf = (value >>> (32 - count)) & 1;
    setFlags(state, result, cf, cf ^ (result >>> 31));
    return result;
  },
  shr: (state, value, count) => {
    const result = value >>> count;
    setFlags(state, result, (value >>> (count - 1)) & 1, ((result << 1) ^ result) >>> 31);
    return result;
  },
  sar: (state, value, count) => {
    setFlags(state, value >> count, (value >> (count - 1)) & 1, 0);
    return value >> count;
  },
};

function shift32(state: CpuState, shift: Shift32, target: Place, by: Place): Handler {
  return () => {
    const count = by.load() & 31;
    const value = target.load();
    target.storeBack(count === 0 ? value : shift(state, value, count), 0);
  };
}

/** Shifts of 64 bits in halves; the result's high half is left in HIGH, the count is 1–63. */
type Shift64 = (low: number, high: number, count: number) => { low: number; high: number; carry: number };

const right =
  (fill: (high: number) => number, upper: (high: number, count: number) => number): Shift64 =>
  (low, high, count) => {
    if (count === 32) return { low: high, high: fill(high), carry: low >>> 31 };
    if (count > 32) return { low: upper(high, count - 32), high: fill(high), carry: (high >>> (count - 33)) & 1 };
    const joined = (low >>> count) | (high << (32 - count));
    return { low: joined, high: upper(high, count), carry: (low >>> (count - 1)) & 1 };
  };

const SHIFT_64: Readonly<Record<string, Shift64>> = {
  shl: (low, high, count) => {
    if (count === 32) return { low: 0, high: low, carry: high & 1 };
    if (count > 32) return { low: 0, high: low << (count - 32), carry: (low >>> (64 - count)) & 1 };
    const joined = (high << count) | (low >>> (32 - count));
    return { low: low << count, high: joined, carry: (high >>> (32 - count)) & 1 };
  },
  shr: right(
    () => 0,
    (high, count) => high >>> count,
  ),
  sar: right(
    (high) => high >> 31,
    (high, count) => high >> count,
  ),
};

const OVERFLOW_64: Readonly<Record<string, (high: number, carry: number) => number>> = {
  shl: (high, carry) => carry ^ (high >>> 31),
  shr: (high) => ((high << 1) ^ high) >>> 31,
  sar: () => 0,
};

function shift64(state: CpuState, mnemonic: string, target: Place, by: Place): Handler {
  const w = state.words;
  const shift = SHIFT_64[mnemonic]!;
  const overflow = OVERFLOW_64[mnemonic]!;
  return () => {
    const count = by.load() & 63;
    const value = target.load();
    if (count === 0) return target.storeBack(value, w[HIGH]!);
    const { low, high, carry } = shift(value, w[HIGH]!, count);
    setFlags(state, high, carry, overflow(high, carry));
    w[ZERO] = low | high;
    w[PARITY] = low;
    target.storeBack(low, high);
  };
}

const plain: Executor = (machine, instruction) => {
  const { mnemonic } = instruction;
  const target = placeOf(machine, instruction, 0);
  const by = placeOf(machine, instruction, 1);
  if (target.size === 32) return shift32(machine.state, SHIFT_32[mnemonic]!, target, by);
  if (target.size === 64) return shift64(machine.state, mnemonic, target, by);
  return general(machine, instruction);
};

function double(shift: typeof shiftDoubleLeft): Executor {
  return (machine, instruction) => {
    const { state } = machine;
    const target = placeOf(machine, instruction, 0);
    const filler = placeOf(machine, instruction, 1);
    const by = placeOf(machine, instruction, 2);
    const mask = target.size === 64 ? 63 : 31;
    return () => {
      const count = by.load() & mask;
      const value = loadBig(state, target);
      const result = count === 0 ? value : shift(state, value, loadBig(state, filler), count, target.size);
      storeBackBig(target, result);
    };
  };
}

/** `shlx`, `shrx`, `sarx`, `rorx`: the same without flags. */
function withoutFlags(mnemonic: string): Executor {
  return (machine: Machine, instruction: Instruction) => {
    const { state } = machine;
    const shift = SHIFTS[mnemonic]!;
    const target = placeOf(machine, instruction, 0);
    const source = placeOf(machine, instruction, 1);
    const by = placeOf(machine, instruction, 2);
    return () => {
      const flags = state.words.slice(ZERO, WORD.OTHER);
      const count = by.load() & (target.size - 1);
      const value = loadBig(state, source);
      const result = count === 0 ? value : shift(state, value, count, target.size);
      state.words.set(flags, ZERO);
      storeBackBig(target, result);
    };
  };
}

/** Shifts and rotations by mnemonic. */
export const SHIFT: ExecutorTable = {
  ...rows('shl shr sar', plain),
  ...rows('rol ror rcl rcr', general),
  shld: double(shiftDoubleLeft),
  shrd: double(shiftDoubleRight),
  shlx: withoutFlags('shl'),
  shrx: withoutFlags('shr'),
  sarx: withoutFlags('sar'),
  rorx: withoutFlags('ror'),
};
