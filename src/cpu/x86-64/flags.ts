import { type CpuState, WORD } from './state.ts';

const { ZERO, SIGN, PARITY, CARRY, AUXILIARY, OTHER } = WORD;

/** Bits of EFLAGS (Intel SDM volume 1, 3.4.3). */
export const FLAG = { CF: 1, PF: 4, AF: 16, ZF: 64, SF: 128, TF: 256, IF: 512, DF: 1024, OF: 2048 } as const;
const ARITHMETIC = FLAG.CF | FLAG.PF | FLAG.AF | FLAG.ZF | FLAG.SF | FLAG.OF;
const ALWAYS_SET = 2;

/** `PARITY_EVEN[byte]`: 1 when the byte has an even number of ones. */
const PARITY_EVEN: Uint8Array = Uint8Array.from({ length: 256 }, (_, byte) => {
  let ones = 0;
  for (let rest = byte; rest; rest >>= 1) ones += rest & 1;
  return 1 - (ones & 1);
});

/** A test of the flags. */
export type Condition = () => boolean;

/** The sixteen conditions of jcc, setcc and cmovcc, by name. */
export function conditionTest(state: CpuState, name: string): Condition {
  const w = state.words;
  const tests: Readonly<Record<string, Condition>> = {
    o: () => (w[CARRY]! ^ (w[CARRY]! << 1)) < 0,
    no: () => (w[CARRY]! ^ (w[CARRY]! << 1)) >= 0,
    b: () => w[CARRY]! < 0,
    ae: () => w[CARRY]! >= 0,
    e: () => w[ZERO] === 0,
    ne: () => w[ZERO] !== 0,
    be: () => w[CARRY]! < 0 || w[ZERO] === 0,
    a: () => w[CARRY]! >= 0 && w[ZERO] !== 0,
    s: () => w[SIGN]! < 0,
    ns: () => w[SIGN]! >= 0,
    p: () => PARITY_EVEN[w[PARITY]! & 0xff] === 1,
    np: () => PARITY_EVEN[w[PARITY]! & 0xff] === 0,
    l: () => (w[SIGN]! ^ w[CARRY]! ^ (w[CARRY]! << 1)) < 0,
    ge: () => (w[SIGN]! ^ w[CARRY]! ^ (w[CARRY]! << 1)) >= 0,
    le: () => w[ZERO] === 0 || (w[SIGN]! ^ w[CARRY]! ^ (w[CARRY]! << 1)) < 0,
    g: () => w[ZERO] !== 0 && (w[SIGN]! ^ w[CARRY]! ^ (w[CARRY]! << 1)) >= 0,
  };
  return tests[name]!;
}

/** CF as 0 or 1. */
export function carry(state: CpuState): number {
  return state.words[CARRY]! >>> 31;
}

/** OF as 0 or 1. */
export function overflow(state: CpuState): number {
  return (state.words[CARRY]! ^ (state.words[CARRY]! << 1)) >>> 31;
}

/** Sets CF and OF, each 0 or 1. */
export function setCarryOverflow(state: CpuState, cf: number, of: number): void {
  state.words[CARRY] = (cf << 31) | ((cf ^ of) << 30);
}

/** EFLAGS as pushf stores it. */
export function readFlags(state: CpuState): number {
  const w = state.words;
  return (
    (w[OTHER]! & ~ARITHMETIC) |
    ALWAYS_SET |
    carry(state) |
    (PARITY_EVEN[w[PARITY]! & 0xff]! << 2) |
    ((w[AUXILIARY]! & 8) << 1) |
    (w[ZERO] === 0 ? FLAG.ZF : 0) |
    (w[SIGN]! < 0 ? FLAG.SF : 0) |
    (overflow(state) << 11)
  );
}

/** Sets all of EFLAGS. */
export function writeFlags(state: CpuState, value: number): void {
  const w = state.words;
  w[OTHER] = (value & ~ARITHMETIC) | ALWAYS_SET;
  w[PARITY] = value & FLAG.PF ? 0 : 1;
  w[AUXILIARY] = (value & FLAG.AF) >> 1;
  w[ZERO] = value & FLAG.ZF ? 0 : 1;
  w[SIGN] = value & FLAG.SF ? -1 : 0;
  setCarryOverflow(state, value & FLAG.CF, (value >> 11) & 1);
}
