import { EM } from '../abi/elf.ts';
import type { Architecture } from './architecture.ts';
import { REL_SIZE, symbolValue, wordAt } from './rel32.ts';
import type { RelocationFailure, RelocationJob } from './relocation.ts';

/** The upper part of the module area below the kernel: from there every branch reaches all of it without a PLT. */
const MODULES_START = 0xbf80_0000;
const MODULES_END = 0xbfe0_0000;
/** Per-CPU symbols count from `__per_cpu_start`, which is in the kernel image. */
const PERCPU_RESERVED = 0xc300_0000;

/** Makes the word at `place` anew; undefined: the value does not fit. All numbers are of 32 bits. */
type Apply = (word: number, symbol: number, place: number) => number | undefined;

const sum: Apply = (word, symbol) => word + symbol;
const distance: Apply = (word, symbol, place) => word + symbol - place;

/** `b`, `bl`: 24 bits of words, signed. A Thumb function cannot be reached. */
const branch: Apply = (word, symbol, place) => {
  const offset = ((word << 8) >> 6) + signed(symbol - place);
  const fits = (symbol & 3) === 0 && offset >= -0x0200_0000 && offset < 0x0200_0000;
  return fits ? (word & 0xff00_0000) | ((offset >> 2) & 0x00ff_ffff) : undefined;
};

const prel31: Apply = (word, symbol, place) => {
  const offset = ((word << 1) >> 1) + signed(symbol - place);
  const fits = offset >= -0x4000_0000 && offset < 0x4000_0000;
  return fits ? (word & 0x8000_0000) | (offset & 0x7fff_ffff) : undefined;
};

/** `movw`, `movt`: the immediate stands in two parts. `from`: what the value counts from. */
function move(half: 'low' | 'high', from: (place: number) => number): Apply {
  return (word, symbol, place) => {
    const addend = (((word & 0xf0000) >> 4) | (word & 0xfff)) << 16;
    const value = signed((addend >> 16) + symbol - from(place));
    const part = half === 'high' ? value >> 16 : value;
    return (word & 0xfff0_f000) | ((part & 0xf000) << 4) | (part & 0x0fff);
  };
}

const fromZero = () => 0;
const fromPlace = (place: number) => place;

/** `R_ARM_*` that the module loader knows: ELF for the Arm Architecture; arch/arm/kernel/module.c, `apply_relocate`. */
const TABLE: Readonly<Record<number, Apply>> = {
  /* PC24 */ 1: branch,
  /* ABS32, REL32 */ 2: sum,
  3: distance,
  /* CALL, JUMP24 */ 28: branch,
  29: branch,
  /* TARGET1 */ 38: sum,
  /* V4BX: `bx` becomes `mov pc` */ 40: (word) => (word & 0xf000_000f) | 0x01a0_f000,
  /* PREL31 */ 42: prel31,
  /* MOVW_ABS_NC, MOVT_ABS, MOVW_PREL_NC, MOVT_PREL */ 43: move('low', fromZero),
  44: move('high', fromZero),
  45: move('low', fromPlace),
  46: move('high', fromPlace),
};

/** arch/arm/kernel/module.c, without Thumb. Its code is not run. */
export const armv7l: Architecture = {
  machine: 'armv7l',
  elfMachine: EM.ARM,
  form: { bits: 32, littleEndian: true },
  moduleArea: { start: MODULES_START, end: MODULES_END },
  pageSize: 4096,
  percpuReserved: PERCPU_RESERVED,
  relocationSection: 'rel',
  relocationSize: REL_SIZE,
  ignoredUndefined: [],
  relativeKernelSymbols: false,
  exceptionTable: { entrySize: 8, relative: false },
  relocationWidth: (type) => (TABLE[type] ? 4 : 0),
  applyRelocations,
  describeFailure,
};

function applyRelocations(job: RelocationJob): RelocationFailure | undefined {
  const { entries, targetAddress } = job;
  for (let at = 0; at + REL_SIZE <= entries.byteLength; at += REL_SIZE) {
    const type = entries.getUint32(at + 4, true) & 0xff;
    if (type === 0) continue;
    const place = (targetAddress + entries.getUint32(at, true)) >>> 0;
    const symbol = symbolValue(job, entries.getUint32(at + 4, true) >>> 8);
    const apply = TABLE[type];
    if (!apply) return { reason: 'unknown', type, address: place, low: symbol, high: 0 };
    const view = wordAt(job, place);
    const word = apply(view.getUint32(0, true), symbol, place);
    if (word === undefined) return { reason: 'overflow', type, address: place, low: symbol, high: 0 };
    view.setUint32(0, word, true);
  }
  return undefined;
}

function describeFailure({ reason, type, address, low }: RelocationFailure, moduleName: string): string[] {
  if (reason === 'unknown') return [`${moduleName}: unknown relocation: ${type}`];
  return [`${moduleName}: relocation ${type} out of range (0x${address.toString(16)} -> 0x${low.toString(16)})`];
}

function signed(value: number): number {
  return value | 0;
}
