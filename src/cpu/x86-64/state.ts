import type { Address } from '../../memory/address.ts';
import type { PagedMemory } from '../../memory/paged-memory.ts';
import type { GuestTrap } from '../guest-cpu.ts';
import type { Mode } from './instruction.ts';

/** General registers by number; the low and high halves of register n are words 2n and 2n + 1. */
export const RAX = 0;
export const RCX = 1;
export const RDX = 2;
export const RBX = 3;
export const RSP = 4;
export const RBP = 5;
export const RSI = 6;
export const RDI = 7;

/** Words behind the sixteen general registers. */
export const WORD = {
  /** ZF is set when this is 0. */
  ZERO: 32,
  /** SF is the top bit. */
  SIGN: 33,
  /** PF is the parity of the low byte. */
  PARITY: 34,
  /** Carries of the last addition, top bit uppermost: CF is bit 31, OF is bit 31 xor bit 30. */
  CARRY: 35,
  /** AF is bit 3. */
  AUXILIARY: 36,
  /** All other bits of EFLAGS as they are. */
  OTHER: 37,
  /** High half of a 64-bit value whose low half a function returns. */
  HIGH: 38,
  COUNT: 40,
} as const;

const LITTLE_ENDIAN = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;

/** What the executor works on: registers, lazy flags, memory. All views look at the same buffer. */
export class CpuState {
  readonly mode: Mode;
  readonly memory: PagedMemory;
  readonly words: Int32Array;
  readonly unsigned: Uint32Array;
  readonly halves: Uint16Array;
  readonly bytes: Uint8Array;
  readonly quads: BigUint64Array;
  /** Sixteen 128-bit registers as four words each. */
  readonly xmm = new Int32Array(64);
  /** Address of the next instruction; within a block, of the block. */
  rip: Address = 0;
  fsBase: Address = 0;
  gsBase: Address = 0;

  constructor(memory: PagedMemory, mode: Mode) {
    if (!LITTLE_ENDIAN) throw new Error('the CPU emulation needs a little-endian host');
    const buffer = new ArrayBuffer(WORD.COUNT * 4);
    this.memory = memory;
    this.mode = mode;
    this.words = new Int32Array(buffer);
    this.unsigned = new Uint32Array(buffer);
    this.halves = new Uint16Array(buffer);
    this.bytes = new Uint8Array(buffer);
    this.quads = new BigUint64Array(buffer);
    this.words[WORD.ZERO] = 1;
    this.words[WORD.PARITY] = 1;
    this.words[WORD.OTHER] = 2;
  }

  /** A general register as a signed number; inexact beyond 2^53. */
  number(register: number): number {
    return this.words[2 * register + 1]! * 0x100000000 + this.unsigned[2 * register]!;
  }

  /** Sets a general register from a signed number. Requires |value| <= 2^53. */
  setNumber(register: number, value: number): void {
    this.words[2 * register] = value;
    this.words[2 * register + 1] = Math.floor(value / 0x100000000);
  }
}

/** Raised by an executor; the CPU turns it into a GuestTrap with the instruction's address. */
export class TrapSignal extends Error {
  readonly trap: GuestTrap['trap'];

  constructor(trap: GuestTrap['trap']) {
    super(trap);
    this.trap = trap;
  }
}
