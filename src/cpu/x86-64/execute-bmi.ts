import { type Executor, type ExecutorTable, placeOf } from './executor.ts';
import { FLAG, readFlags, setCarryOverflow, writeFlags } from './flags.ts';
import { loadBig, storeBig } from './quad.ts';
import { type CpuState, WORD } from './state.ts';

/** A function of the two sources of `size` bits and whether it sets CF. */
interface BitOperation {
  /** The operand that is not `target`, by number: first and second argument of `run`. */
  readonly sources: readonly [number, number];
  run(a: bigint, b: bigint, size: number): bigint;
  /** Undefined: no flag changes. */
  readonly carry?: (a: bigint, b: bigint, size: number) => boolean;
  /** `bextr`: AF is set, SF cleared. */
  readonly isField?: boolean;
}

/** Sets the flags; PF, AF and SF of `bextr`, which are undefined, as processors of the Zen family do. */
function setFlags(state: CpuState, result: bigint, size: number, cf: boolean, isField: boolean): void {
  const w = state.words;
  w[WORD.PARITY] = Number(result & 0xffn);
  w[WORD.AUXILIARY] = isField ? 8 : 0;
  w[WORD.ZERO] = result === 0n ? 0 : 1;
  w[WORD.SIGN] = (result >> BigInt(size - 1)) & 1n && !isField ? -1 : 0;
  setCarryOverflow(state, cf ? 1 : 0, 0);
}

function bitOperation({ sources, run, carry: carryOf, isField = false }: BitOperation): Executor {
  return (machine, instruction) => {
    const { state } = machine;
    const target = placeOf(machine, instruction, 0);
    const [first, second] = sources.map((index) => placeOf(machine, instruction, index));
    const { size } = target;
    return () => {
      const a = loadBig(state, first!);
      const b = loadBig(state, second!);
      const result = BigInt.asUintN(size, run(a, b, size));
      if (carryOf) setFlags(state, result, size, carryOf(a, b, size), isField);
      storeBig(target, result);
    };
  };
}

const never = (): boolean => false;
const ones = (count: bigint): bigint => (1n << count) - 1n;

function extractField(value: bigint, control: bigint): bigint {
  const start = control & 0xffn;
  return (value >> start) & ones((control >> 8n) & 0xffn);
}

function clearFrom(value: bigint, index: bigint, size: number): bigint {
  const start = index & 0xffn;
  return start >= BigInt(size) ? value : value & ones(start);
}

/** `pdep`: puts the low bits of `value` where `mask` has ones. */
function deposit(value: bigint, mask: bigint): bigint {
  let result = 0n;
  let rest = value;
  for (let left = mask; left !== 0n; left &= left - 1n) {
    if (rest & 1n) result |= left & -left;
    rest >>= 1n;
  }
  return result;
}

/** `pext`: gathers the bits of `value` where `mask` has ones. */
function extract(value: bigint, mask: bigint): bigint {
  let result = 0n;
  let bit = 1n;
  for (let left = mask; left !== 0n; left &= left - 1n) {
    if (value & left & -left) result |= bit;
    bit <<= 1n;
  }
  return result;
}

const OPERATIONS: Readonly<Record<string, BitOperation>> = {
  andn: { sources: [1, 2], run: (a, b) => ~a & b, carry: never },
  bextr: { sources: [1, 2], run: extractField, carry: never, isField: true },
  bzhi: { sources: [1, 2], run: clearFrom, carry: (_value, index, size) => (index & 0xffn) >= BigInt(size) },
  blsr: { sources: [1, 1], run: (a) => a & (a - 1n), carry: (a) => a === 0n },
  blsmsk: { sources: [1, 1], run: (a) => a ^ (a - 1n), carry: (a) => a === 0n },
  blsi: { sources: [1, 1], run: (a) => a & -a, carry: (a) => a !== 0n },
  pdep: { sources: [1, 2], run: deposit },
  pext: { sources: [1, 2], run: extract },
};

/** `adcx` adds with and to CF, `adox` with and to OF; no other flag changes. */
function addWithFlag(flag: number): Executor {
  return (machine, instruction) => {
    const { state } = machine;
    const target = placeOf(machine, instruction, 0);
    const source = placeOf(machine, instruction, 1);
    return () => {
      const flags = readFlags(state);
      const sum = loadBig(state, target) + loadBig(state, source) + (flags & flag ? 1n : 0n);
      storeBig(target, BigInt.asUintN(target.size, sum));
      writeFlags(state, sum >> BigInt(target.size) ? flags | flag : flags & ~flag);
    };
  };
}

/** BMI1 and BMI2 by mnemonic. */
export const BMI: ExecutorTable = {
  ...Object.fromEntries(Object.entries(OPERATIONS).map(([name, operation]) => [name, bitOperation(operation)])),
  adcx: addWithFlag(FLAG.CF),
  adox: addWithFlag(FLAG.OF),
};
