import { linearAddress } from './effective-address.ts';
import type { ImmediateOperand, MemoryOperand, Operand, RegisterOperand } from './instruction.ts';
import { type CpuState, WORD } from './state.ts';

/**
 * An operand bound to a CPU. `load` returns the low 32 bits (narrower ones zero-extended) and, for 64-bit operands, leaves
 * the high half in HIGH. `store` takes both halves; `storeBack` stores to the address that the last `load` computed.
 */
export interface Place {
  readonly size: number;
  load(): number;
  store(low: number, high: number): void;
  storeBack(low: number, high: number): void;
}

const HIGH = WORD.HIGH;

/** Binds an operand. Requires a general register, memory or an immediate. */
export function bindPlace(state: CpuState, operand: Operand): Place {
  if (operand.kind === 'register') return registerPlace(state, operand);
  if (operand.kind === 'memory') return memoryPlace(state, operand, operand.size);
  if (operand.kind === 'immediate') return immediatePlace(state, operand);
  throw new TypeError('a branch target is no place');
}

function place(size: number, load: Place['load'], store: Place['store']): Place {
  return { size, load, store, storeBack: store };
}

function registerPlace(state: CpuState, operand: RegisterOperand): Place {
  if (operand.file === 'gpr-high') return bytePlace(state, operand.number * 8 + 1);
  return generalPlace(state, operand.number, operand.size);
}

/** Binds a general register at a width of 8, 16, 32 or 64 bits. */
export function generalPlace(state: CpuState, number: number, size: number): Place {
  const { words, halves } = state;
  const low = 2 * number;
  if (size === 8) return bytePlace(state, 8 * number);
  if (size === 16)
    return place(
      16,
      () => halves[4 * number]!,
      (value) => {
        halves[4 * number] = value;
      },
    );
  if (size === 32)
    return place(
      32,
      () => words[low]!,
      (value) => {
        words[low] = value;
        words[low + 1] = 0;
      },
    );
  return place(
    64,
    () => {
      words[HIGH] = words[low + 1]!;
      return words[low]!;
    },
    (value, high) => {
      words[low] = value;
      words[low + 1] = high;
    },
  );
}

function bytePlace({ bytes }: CpuState, index: number): Place {
  return place(
    8,
    () => bytes[index]!,
    (value) => {
      bytes[index] = value;
    },
  );
}

function immediatePlace({ words }: CpuState, { low, high, size }: ImmediateOperand): Place {
  const load = (): number => {
    words[HIGH] = high;
    return low;
  };
  return place(size, load, () => undefined);
}

/** Loads and stores of one width at a guest address. */
export interface MemoryAccess {
  load(address: number): number;
  store(address: number, low: number, high: number): void;
}

/** Binds the memory's access functions of a width of 8, 16, 32 or 64 bits. */
export function memoryAccess(state: CpuState, size: number): MemoryAccess {
  const { memory, words } = state;
  if (size === 8) return { load: (at) => memory.load8(at), store: (at, low) => memory.store8(at, low) };
  if (size === 16) return { load: (at) => memory.load16(at), store: (at, low) => memory.store16(at, low) };
  if (size === 32) return { load: (at) => memory.load32(at), store: (at, low) => memory.store32(at, low) };
  return {
    load: (at) => {
      const low = memory.load64(at);
      words[HIGH] = memory.high;
      return low;
    },
    store: (at, low, high) => memory.store64(at, low, high),
  };
}

/** Binds a memory operand at a width. */
function memoryPlace(state: CpuState, operand: MemoryOperand, size: number): Place {
  const addressOf = linearAddress(state, operand);
  const { load, store } = memoryAccess(state, size);
  let address = 0;
  return {
    size,
    load: () => {
      address = addressOf();
      return load(address);
    },
    store: (low, high) => store(addressOf(), low, high),
    storeBack: (low, high) => store(address, low, high),
  };
}
