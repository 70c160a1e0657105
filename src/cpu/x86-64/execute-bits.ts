import { linearAddress } from './effective-address.ts';
import { type Executor, type ExecutorTable, type Handler, type Machine, placeOf, rows, topShift } from './executor.ts';
import { overflow, setCarryOverflow } from './flags.ts';
import type { Instruction, MemoryOperand } from './instruction.ts';
import { memoryAccess } from './place.ts';
import { type CpuState, WORD } from './state.ts';

const { HIGH, ZERO, SIGN, PARITY, AUXILIARY } = WORD;

/** What becomes of the tested bit. */
const CHANGES: Readonly<Record<string, (word: number, mask: number) => number>> = {
  bt: (word) => word,
  bts: (word, mask) => word | mask,
  btr: (word, mask) => word & ~mask,
  btc: (word, mask) => word ^ mask,
};

/** CF becomes the bit; the other flags stay. */
function setCarry(state: CpuState, bit: number): void {
  setCarryOverflow(state, bit, overflow(state));
}

const bitTest: Executor = (machine, instruction) => {
  const [target, index] = instruction.operands;
  if (target!.kind === 'memory' && index!.kind === 'register')
    return bitString(machine, instruction, target as MemoryOperand);
  const { state } = machine;
  const place = placeOf(machine, instruction, 0);
  const number = placeOf(machine, instruction, 1);
  const change = CHANGES[instruction.mnemonic]!;
  const writes = instruction.mnemonic !== 'bt';
  return () => {
    const at = number.load() & (place.size - 1);
    const low = place.load();
    const high = state.words[HIGH]!;
    const mask = 1 << (at & 31);
    setCarry(state, ((at < 32 ? low : high) >>> (at & 31)) & 1);
    if (writes) place.storeBack(at < 32 ? change(low, mask) : low, at < 32 ? high : change(high, mask));
  };
};

/** A bit offset in a register reaches beyond the addressed word: it is signed and counts from there. */
function bitString(machine: Machine, instruction: Instruction, target: MemoryOperand): Handler {
  const { state } = machine;
  const start = linearAddress(state, target);
  const number = placeOf(machine, instruction, 1);
  const { load, store } = memoryAccess(state, 8);
  const change = CHANGES[instruction.mnemonic]!;
  const shift = topShift(target.size);
  return () => {
    const low = number.load();
    const offset = target.size === 64 ? state.words[HIGH]! * 0x100000000 + (low >>> 0) : (low << shift) >> shift;
    const address = start() + Math.floor(offset / 8);
    const byte = load(address);
    const bit = offset & 7;
    if (instruction.mnemonic !== 'bt') store(address, change(byte, 1 << bit), 0);
    setCarry(state, (byte >> bit) & 1);
  };
}

/** Number of the lowest, highest set bit of a value that is not 0. */
function lowest(low: number, high: number): number {
  return low === 0 ? 63 - Math.clz32(high & -high) : 31 - Math.clz32(low & -low);
}

function highest(low: number, high: number): number {
  return high === 0 ? 31 - Math.clz32(low) : 63 - Math.clz32(high);
}

/** A value with PF clear. */
const ODD = 1;

type Scan = (low: number, high: number, size: number) => number;

/** Sets ZF as told, clears SF and AF; PF is that of `parity`. */
function setCountFlags({ words: w }: CpuState, zero: number, parity: number): void {
  w[ZERO] = zero;
  w[SIGN] = 0;
  w[PARITY] = parity;
  w[AUXILIARY] = 0;
}

/** `bsf`, `bsr`: of 0 the target stays and ZF is set. The flags that are undefined are those of the Zen family. */
function scan(find: Scan): Executor {
  return (machine, instruction) => {
    const { state } = machine;
    const target = placeOf(machine, instruction, 0);
    const source = placeOf(machine, instruction, 1);
    return () => {
      const low = source.load();
      const high = source.size === 64 ? state.words[HIGH]! : 0;
      const found = (low | high) !== 0;
      const result = found ? find(low, high, source.size) : 0;
      setCountFlags(state, found ? 1 : 0, result);
      setCarryOverflow(state, 0, 0);
      if (found) target.store(result, 0);
    };
  };
}

/** `tzcnt`, `lzcnt`: of 0 they give the width and set CF; ZF tells a result of 0. */
function count(find: Scan): Executor {
  return (machine, instruction) => {
    const { state } = machine;
    const target = placeOf(machine, instruction, 0);
    const source = placeOf(machine, instruction, 1);
    return () => {
      const low = source.load();
      const high = source.size === 64 ? state.words[HIGH]! : 0;
      const empty = (low | high) === 0;
      const result = empty ? source.size : find(low, high, source.size);
      setCountFlags(state, result, ODD);
      setCarryOverflow(state, empty ? 1 : 0, overflow(state));
      target.store(result, 0);
    };
  };
}

function ones(value: number): number {
  let rest = value - ((value >>> 1) & 0x55555555);
  rest = (rest & 0x33333333) + ((rest >>> 2) & 0x33333333);
  return Math.imul((rest + (rest >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

const popcnt: Executor = (machine, instruction) => {
  const { state } = machine;
  const w = state.words;
  const target = placeOf(machine, instruction, 0);
  const source = placeOf(machine, instruction, 1);
  return () => {
    const low = source.load();
    const result = ones(low) + (source.size === 64 ? ones(w[HIGH]!) : 0);
    setCountFlags(state, result, ODD);
    setCarryOverflow(state, 0, 0);
    target.store(result, 0);
  };
};

const POLYNOMIAL = 0x82f63b78;

/** One byte of CRC-32C, reflected. */
function crcByte(crc: number, byte: number): number {
  let rest = crc ^ byte;
  for (let bit = 0; bit < 8; bit++) rest = (rest >>> 1) ^ (rest & 1 ? POLYNOMIAL : 0);
  return rest;
}

const crc32: Executor = (machine, instruction) => {
  const w = machine.state.words;
  const target = placeOf(machine, instruction, 0);
  const source = placeOf(machine, instruction, 1);
  return () => {
    const low = source.load();
    const high = w[HIGH]!;
    let crc = target.load();
    for (let byte = 0; byte < source.size / 8; byte++) {
      crc = crcByte(crc, ((byte < 4 ? low : high) >>> ((byte & 3) * 8)) & 0xff);
    }
    target.store(crc, 0);
  };
};

/** Tests, searches and counts of bits by mnemonic, and crc32. */
export const BITS: ExecutorTable = {
  ...rows('bt bts btr btc', bitTest),
  bsf: scan(lowest),
  bsr: scan(highest),
  tzcnt: count(lowest),
  lzcnt: count((low, high, size) => size - 1 - highest(low, high)),
  popcnt,
  crc32,
};
