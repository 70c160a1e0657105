import { type CpuState, WORD } from './state.ts';

const { ZERO, SIGN, PARITY, CARRY, AUXILIARY, HIGH } = WORD;

/** An operation on two values of up to 32 bits: returns the result (bits above the width are noise) and sets the flags. */
type Narrow = (a: number, b: number) => number;
/** The same on 64 bits in halves: returns the low half, leaves the high half in HIGH. */
type Wide = (aLow: number, aHigh: number, bLow: number, bHigh: number) => number;

/**
 * One operation at all widths. `narrow` gets how far a value must be shifted left for its top bit to be bit 31.
 * The carries of a + b = r are (a & b) | ((a | b) & ~r), of a - b = r they are (~a & b) | ((~a | b) & r): CF, AF and
 * OF (the exclusive or of the two highest) are bits of them.
 */
export interface AluOperation {
  narrow(state: CpuState, shift: number): Narrow;
  wide(state: CpuState): Wide;
}

type Words = Int32Array;

function setNarrow(w: Words, result: number, carries: number, shift: number): number {
  const top = result << shift;
  w[ZERO] = top;
  w[SIGN] = top;
  w[PARITY] = result;
  w[CARRY] = carries << shift;
  w[AUXILIARY] = carries;
  return result;
}

function setWide(w: Words, low: number, high: number, carriesLow: number, carriesHigh: number): number {
  w[ZERO] = low | high;
  w[SIGN] = high;
  w[PARITY] = low;
  w[CARRY] = carriesHigh;
  w[AUXILIARY] = carriesLow;
  w[HIGH] = high;
  return low;
}

const addCarries = (a: number, b: number, r: number): number => (a & b) | ((a | b) & ~r);
const subtractCarries = (a: number, b: number, r: number): number => (~a & b) | ((~a | b) & r);

function addWith(carryIn: (w: Words) => number): AluOperation {
  return {
    narrow:
      ({ words: w }, shift) =>
      (a, b) => {
        const r = (a + b + carryIn(w)) | 0;
        return setNarrow(w, r, addCarries(a, b, r), shift);
      },
    wide:
      ({ words: w }) =>
      (aLow, aHigh, bLow, bHigh) => {
        const low = (aLow + bLow + carryIn(w)) | 0;
        const carriesLow = addCarries(aLow, bLow, low);
        const high = (aHigh + bHigh + (carriesLow >>> 31)) | 0;
        return setWide(w, low, high, carriesLow, addCarries(aHigh, bHigh, high));
      },
  };
}

function subtractWith(carryIn: (w: Words) => number): AluOperation {
  return {
    narrow:
      ({ words: w }, shift) =>
      (a, b) => {
        const r = (a - b - carryIn(w)) | 0;
        return setNarrow(w, r, subtractCarries(a, b, r), shift);
      },
    wide:
      ({ words: w }) =>
      (aLow, aHigh, bLow, bHigh) => {
        const low = (aLow - bLow - carryIn(w)) | 0;
        const carriesLow = subtractCarries(aLow, bLow, low);
        const high = (aHigh - bHigh - (carriesLow >>> 31)) | 0;
        return setWide(w, low, high, carriesLow, subtractCarries(aHigh, bHigh, high));
      },
  };
}

function logic(operation: (a: number, b: number) => number): AluOperation {
  return {
    narrow:
      ({ words: w }, shift) =>
      (a, b) =>
        setNarrow(w, operation(a, b), 0, shift),
    wide:
      ({ words: w }) =>
      (aLow, aHigh, bLow, bHigh) =>
        setWide(w, operation(aLow, bLow), operation(aHigh, bHigh), 0, 0),
  };
}

/** `operation` with the CF of before. OF is the exclusive or of the two highest carries, so the second follows the first. */
function keepingCarry(operation: AluOperation): AluOperation {
  const keep = (w: Words, before: number): void => {
    const overflow = (w[CARRY]! ^ (w[CARRY]! << 1)) & 0x80000000;
    const carry = before & 0x80000000;
    w[CARRY] = carry | ((carry ^ overflow) >>> 1);
  };
  return {
    narrow: (state, shift) => {
      const inner = operation.narrow(state, shift);
      const w = state.words;
      return (a, b) => {
        const before = w[CARRY]!;
        const result = inner(a, b);
        keep(w, before);
        return result;
      };
    },
    wide: (state) => {
      const inner = operation.wide(state);
      const w = state.words;
      return (aLow, aHigh, bLow, bHigh) => {
        const before = w[CARRY]!;
        const result = inner(aLow, aHigh, bLow, bHigh);
        keep(w, before);
        return result;
      };
    },
  };
}

const none = (): number => 0;
const carryFlag = (w: Words): number => w[CARRY]! >>> 31;

const add = addWith(none);
const sub = subtractWith(none);
const and = logic((a, b) => a & b);

/** The arithmetic and logic operations of two operands by mnemonic (Intel SDM volume 2); `inc` and `dec` get a 1. */
export const ALU: Readonly<Record<string, AluOperation>> = {
  add,
  adc: addWith(carryFlag),
  sub,
  sbb: subtractWith(carryFlag),
  cmp: sub,
  and,
  test: and,
  or: logic((a, b) => a | b),
  xor: logic((a, b) => a ^ b),
  inc: keepingCarry(add),
  dec: keepingCarry(sub),
};
