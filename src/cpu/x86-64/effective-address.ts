import type { MemoryOperand } from './instruction.ts';
import { type CpuState, WORD } from './state.ts';

/** Computes an address when it is called. */
export type AddressOf = () => number;

/** Up to here sums of register values are exact in a double. */
const EXACT = 2 ** 52;
const CANONICAL = 2 ** 47;

/** The linear address of a memory operand: effective address plus segment base. */
export function linearAddress(state: CpuState, operand: MemoryOperand): AddressOf {
  const offset = effectiveAddress(state, operand);
  if (operand.segment === 'gs') return () => wrap(state, offset() + state.gsBase);
  if (operand.segment === 'fs') return () => wrap(state, offset() + state.fsBase);
  return offset;
}

function wrap(state: CpuState, address: number): number {
  return state.mode === 32 ? address >>> 0 : address;
}

function effectiveAddress(state: CpuState, operand: MemoryOperand): AddressOf {
  const { base, index, displacement, addressSize } = operand;
  if (base < 0 && index < 0) return () => displacement;
  if (addressSize !== 64) return narrowAddress(state, operand);
  const { words, unsigned } = state;
  const low = 2 * base;
  const high = low + 1;
  if (index < 0) return () => words[high]! * 0x100000000 + unsigned[low]! + displacement;
  return indexedAddress(state, operand);
}

function indexedAddress(state: CpuState, operand: MemoryOperand): AddressOf {
  const { words, unsigned } = state;
  const { base, index, scale, displacement } = operand;
  const pair = effectivePair(state, operand);
  return () => {
    const offset = words[2 * index + 1]! * 0x100000000 + unsigned[2 * index]!;
    const start = base < 0 ? 0 : words[2 * base + 1]! * 0x100000000 + unsigned[2 * base]!;
    const sum = start + offset * scale + displacement;
    if (sum < CANONICAL && sum >= -CANONICAL && offset < EXACT && offset > -EXACT) return sum;
    const low = pair() >>> 0;
    return words[WORD.HIGH]! * 0x100000000 + low;
  };
}

function narrowAddress(state: CpuState, operand: MemoryOperand): AddressOf {
  const { words } = state;
  const { base, index, scale, displacement, addressSize } = operand;
  const mask = addressSize === 16 ? 0xffff : -1;
  return () => {
    const start = base < 0 ? 0 : words[2 * base]!;
    const offset = index < 0 ? 0 : Math.imul(words[2 * index]!, scale);
    return ((start + offset + displacement) & mask) >>> 0;
  };
}

/** The effective address as an exact 64-bit sum: returns the low half, leaves the high half in HIGH (`lea`). */
export function effectivePair(state: CpuState, operand: MemoryOperand): () => number {
  const { words, unsigned } = state;
  const { base, index, displacement, addressSize } = operand;
  if (addressSize !== 64) {
    const narrow = effectiveAddress(state, operand);
    return () => {
      words[WORD.HIGH] = 0;
      return narrow() | 0;
    };
  }
  const shift = Math.log2(operand.scale);
  const constantLow = displacement >>> 0;
  const constantHigh = Math.floor(displacement / 0x100000000);
  return () => {
    const offset = index < 0 ? 0 : words[2 * index]!;
    const offsetHigh = index < 0 ? 0 : shifted(offset, words[2 * index + 1]!, shift);
    const sum = ((offset << shift) >>> 0) + (base < 0 ? 0 : unsigned[2 * base]!) + constantLow;
    words[WORD.HIGH] = offsetHigh + (base < 0 ? 0 : words[2 * base + 1]!) + constantHigh + ((sum / 0x100000000) | 0);
    return sum | 0;
  };
}

function shifted(low: number, high: number, shift: number): number {
  return shift === 0 ? high : (high << shift) | (low >>> (32 - shift));
}
