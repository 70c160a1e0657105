import { type Executor, type ExecutorTable, type Handler, type Machine, placeOf } from './executor.ts';
import { setCarryOverflow } from './flags.ts';
import type { Instruction } from './instruction.ts';
import { generalPlace, type Place } from './place.ts';
import { loadBig, storeBig } from './quad.ts';
import { type CpuState, RAX, RDX, TrapSignal, WORD } from './state.ts';

const { HIGH } = WORD;

/** The accumulator pair of a width: ax for bytes, else dx:ax, edx:eax, rdx:rax. */
interface Pair {
  load(): bigint;
  store(low: bigint, high: bigint): void;
}

function accumulatorPair(state: CpuState, size: number): Pair {
  if (size === 8) {
    const ax = generalPlace(state, RAX, 16);
    return {
      load: () => loadBig(state, ax),
      store: (low, high) => storeBig(ax, BigInt.asUintN(8, low) | (BigInt.asUintN(8, high) << 8n)),
    };
  }
  const low = generalPlace(state, RAX, size);
  const high = generalPlace(state, RDX, size);
  return {
    load: () => loadBig(state, low) | (loadBig(state, high) << BigInt(size)),
    store: (lowValue, highValue) => {
      storeBig(low, BigInt.asUintN(size, lowValue));
      storeBig(high, BigInt.asUintN(size, highValue));
    },
  };
}

type Interpret = (size: number, value: bigint) => bigint;
const asUnsigned: Interpret = BigInt.asUintN;
const asSigned: Interpret = BigInt.asIntN;

/** The one-operand `mul` and `imul`. CF and OF: the product needs its upper half. */
function multiply(interpret: Interpret): Executor {
  return (machine, instruction) => {
    const { state } = machine;
    const factor = placeOf(machine, instruction, 0);
    const { size } = factor;
    const accumulator = generalPlace(state, RAX, size);
    const pair = accumulatorPair(state, size);
    return () => {
      const product = interpret(size, loadBig(state, accumulator)) * interpret(size, loadBig(state, factor));
      pair.store(product, product >> BigInt(size));
      const wide = interpret(size, product) === product ? 0 : 1;
      setCarryOverflow(state, wide, wide);
    };
  };
}

/** `div` and `idiv`. Raises #DE for 0 and for a quotient that does not fit. */
function divide(interpret: Interpret): Executor {
  return (machine, instruction) => {
    const { state } = machine;
    const divisorPlace = placeOf(machine, instruction, 0);
    const { size } = divisorPlace;
    const pair = accumulatorPair(state, size);
    return () => {
      const divisor = interpret(size, loadBig(state, divisorPlace));
      const dividend = interpret(2 * size, pair.load());
      if (divisor === 0n) throw new TrapSignal('divide-error');
      const quotient = dividend / divisor;
      if (interpret(size, quotient) !== quotient) throw new TrapSignal('divide-error');
      pair.store(quotient, dividend % divisor);
    };
  };
}

/** The two- and three-operand `imul`: a truncated product. */
const multiplyTruncated = (machine: Machine, instruction: Instruction): Handler => {
  const last = instruction.operands.length - 1;
  const target = placeOf(machine, instruction, 0);
  const a = placeOf(machine, instruction, last - 1);
  const b = placeOf(machine, instruction, last);
  if (target.size === 64) return multiply64(machine.state, target, a, b);
  return multiplyNarrow(machine.state, target, a, b);
};

function multiplyNarrow(state: CpuState, target: Place, a: Place, b: Place): Handler {
  const shift = 32 - target.size;
  const signed = (value: number): number => (value << shift) >> shift;
  return () => {
    const first = signed(a.load());
    const second = signed(b.load());
    const result = Math.imul(first, second);
    const lost = Math.abs(first * second) > 2 ** 52 || signed(result) !== first * second ? 1 : 0;
    setCarryOverflow(state, lost, lost);
    target.store(result, 0);
  };
}

/** Products up to here are exact in a double. */
const EXACT = 2 ** 53;

function multiply64(state: CpuState, target: Place, a: Place, b: Place): Handler {
  const w = state.words;
  return () => {
    const aLow = a.load();
    const aHigh = w[HIGH]!;
    const bLow = b.load();
    const bHigh = w[HIGH]!;
    const product = (aHigh * 0x100000000 + (aLow >>> 0)) * (bHigh * 0x100000000 + (bLow >>> 0));
    if (product <= EXACT && product >= -EXACT) {
      setCarryOverflow(state, 0, 0);
      target.store(product | 0, Math.floor(product / 0x100000000));
    } else multiplyBig(state, target, big(aLow, aHigh) * big(bLow, bHigh));
  };
}

function big(low: number, high: number): bigint {
  return (BigInt(high) << 32n) | BigInt(low >>> 0);
}

function multiplyBig(state: CpuState, target: Place, product: bigint): void {
  const lost = BigInt.asIntN(64, product) === product ? 0 : 1;
  setCarryOverflow(state, lost, lost);
  storeBig(target, BigInt.asUintN(64, product));
}

const imulOne = multiply(asSigned);

/** `mulx`: an unsigned product to two registers, no flags. */
const mulx: Executor = (machine, instruction) => {
  const { state } = machine;
  const high = placeOf(machine, instruction, 0);
  const low = placeOf(machine, instruction, 1);
  const factor = placeOf(machine, instruction, 2);
  const other = generalPlace(state, RDX, high.size);
  return () => {
    const product = loadBig(state, factor) * loadBig(state, other);
    storeBig(low, BigInt.asUintN(high.size, product));
    storeBig(high, product >> BigInt(high.size));
  };
};

/** Multiplications and divisions by mnemonic. */
export const MULTIPLY: ExecutorTable = {
  mul: multiply(asUnsigned),
  imul: (machine, instruction) =>
    (instruction.operands.length === 1 ? imulOne : multiplyTruncated)(machine, instruction),
  div: divide(asUnsigned),
  idiv: divide(asSigned),
  mulx,
};
