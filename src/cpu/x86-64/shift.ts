import { carry, setCarryOverflow } from './flags.ts';
import { type CpuState, WORD } from './state.ts';

const { ZERO, SIGN, PARITY, AUXILIARY } = WORD;

/** AF is undefined after a shift; processors of the Zen family set it. */
export const AF_SET = 8;

/** Shifts a value of `size` bits by a count that is masked already and not 0; sets the flags. */
export type Shift = (state: CpuState, value: bigint, count: number, size: number) => bigint;

const bit = (value: bigint, at: number): number => (at < 0 ? 0 : Number((value >> BigInt(at)) & 1n));

function setResult(state: CpuState, result: bigint, size: number): bigint {
  const value = BigInt.asUintN(size, result);
  const w = state.words;
  w[ZERO] = value === 0n ? 0 : 1;
  w[SIGN] = -bit(value, size - 1);
  w[PARITY] = Number(value & 0xffn);
  w[AUXILIARY] = AF_SET;
  return value;
}

const shl: Shift = (state, value, count, size) => {
  const result = setResult(state, value << BigInt(count), size);
  const cf = bit(value, size - count);
  setCarryOverflow(state, cf, cf ^ bit(result, size - 1));
  return result;
};

const shr: Shift = (state, value, count, size) => {
  const result = setResult(state, value >> BigInt(count), size);
  setCarryOverflow(state, bit(value, count - 1), bit(result, size - 1) ^ bit(result, size - 2));
  return result;
};

const sar: Shift = (state, value, count, size) => {
  const signed = BigInt.asIntN(size, value);
  const result = setResult(state, signed >> BigInt(count), size);
  setCarryOverflow(state, bit(signed, count - 1), 0);
  return result;
};

const rol: Shift = (state, value, count, size) => {
  const by = BigInt(count % size);
  const result = BigInt.asUintN(size, (value << by) | (value >> (BigInt(size) - by)));
  const cf = bit(result, 0);
  setCarryOverflow(state, cf, cf ^ bit(result, size - 1));
  return result;
};

const ror: Shift = (state, value, count, size) => {
  const by = BigInt(count % size);
  const result = BigInt.asUintN(size, (value >> by) | (value << (BigInt(size) - by)));
  const cf = bit(result, size - 1);
  setCarryOverflow(state, cf, cf ^ bit(result, size - 2));
  return result;
};

/** A rotation to the left of `size` + 1 bits, CF on top. */
function rotateThroughCarry(state: CpuState, value: bigint, count: number, size: number): bigint {
  const width = BigInt(size + 1);
  const by = BigInt(count);
  const whole = value | (BigInt(carry(state)) << BigInt(size));
  return BigInt.asUintN(size + 1, (whole << by) | (whole >> (width - by)));
}

const rcl: Shift = (state, value, count, size) => {
  const rotated = rotateThroughCarry(state, value, count % (size + 1), size);
  const cf = bit(rotated, size);
  setCarryOverflow(state, cf, cf ^ bit(rotated, size - 1));
  return BigInt.asUintN(size, rotated);
};

const rcr: Shift = (state, value, count, size) => {
  const by = count % (size + 1);
  const rotated = rotateThroughCarry(state, value, size + 1 - by, size);
  const result = BigInt.asUintN(size, rotated);
  setCarryOverflow(state, bit(rotated, size), bit(result, size - 1) ^ bit(result, size - 2));
  return result;
};

/** Shifts and rotates by mnemonic (Intel SDM volume 2, RCL/RCR/ROL/ROR and SAL/SAR/SHL/SHR). */
export const SHIFTS: Readonly<Record<string, Shift>> = { shl, shr, sar, rol, ror, rcl, rcr };

/** `shld`: shifts `value` left and fills from the top of `filler`. */
export function shiftDoubleLeft(state: CpuState, value: bigint, filler: bigint, count: number, size: number): bigint {
  const joined = (value << BigInt(size)) | filler;
  const result = setResult(state, (joined << BigInt(count)) >> BigInt(size), size);
  const cf = bit(joined, 2 * size - count);
  setCarryOverflow(state, cf, cf ^ bit(result, size - 1));
  return result;
}

/** `shrd`: shifts `value` right and fills from the bottom of `filler`. */
export function shiftDoubleRight(state: CpuState, value: bigint, filler: bigint, count: number, size: number): bigint {
  const joined = (filler << BigInt(size)) | value;
  const result = setResult(state, joined >> BigInt(count), size);
  setCarryOverflow(state, bit(joined, count - 1), bit(result, size - 1) ^ bit(result, size - 2));
  return result;
}
