import type { Place } from './place.ts';
import { type CpuState, WORD } from './state.ts';

const LOW = 0xffffffffn;

/** An operand's value as an unsigned bigint. For the operations that are rare enough. */
export function loadBig(state: CpuState, place: Place): bigint {
  const low = place.load();
  if (place.size < 64) return BigInt.asUintN(place.size, BigInt(low));
  return (BigInt(state.words[WORD.HIGH]! >>> 0) << 32n) | BigInt(low >>> 0);
}

/** Stores a bigint. */
export function storeBig(place: Place, value: bigint): void {
  place.store(lowHalf(value), highHalf(value));
}

/** Stores a bigint to where the last load came from. */
export function storeBackBig(place: Place, value: bigint): void {
  place.storeBack(lowHalf(value), highHalf(value));
}

/** Signed low 32 bits. */
export function lowHalf(value: bigint): number {
  return Number(value & LOW) | 0;
}

/** Signed bits 32–63. */
export function highHalf(value: bigint): number {
  return Number((value >> 32n) & LOW) | 0;
}
