import { GENERAL_REGISTERS } from '../../abi/x86-registers.ts';
import { addressBits, addressFromBits } from '../../memory/address.ts';
import { readFlags, writeFlags } from './flags.ts';
import type { Mode } from './instruction.ts';
import type { CpuState } from './state.ts';

const GENERAL_32 = 'eax ecx edx ebx esp ebp esi edi'.split(' ');

/** Assembler names of the general registers by number. */
export function generalNames(mode: Mode): readonly string[] {
  return mode === 64 ? GENERAL_REGISTERS : GENERAL_32;
}

interface Special {
  read(state: CpuState): bigint;
  write(state: CpuState, value: bigint): void;
}

const INSTRUCTION_POINTER: Special = {
  read: (state) => addressBits(state.rip),
  write: (state, value) => {
    state.rip = addressFromBits(value);
  },
};

const FLAGS: Special = {
  read: (state) => BigInt(readFlags(state) >>> 0),
  write: (state, value) => writeFlags(state, Number(BigInt.asIntN(32, value))),
};

const SPECIAL: Readonly<Record<string, Special>> = {
  rip: INSTRUCTION_POINTER,
  eip: INSTRUCTION_POINTER,
  eflags: FLAGS,
  rflags: FLAGS,
  fs_base: {
    read: (state) => addressBits(state.fsBase),
    write: (state, value) => {
      state.fsBase = addressFromBits(value);
    },
  },
  gs_base: {
    read: (state) => addressBits(state.gsBase),
    write: (state, value) => {
      state.gsBase = addressFromBits(value);
    },
  },
};

/** All names that an oops dump needs. */
export function registerNames(mode: Mode): readonly string[] {
  return [...generalNames(mode), mode === 64 ? 'rip' : 'eip', 'eflags', 'fs_base', 'gs_base'];
}

function numberOf(name: string): number {
  const number = GENERAL_REGISTERS.indexOf(name);
  return number >= 0 ? number : GENERAL_32.indexOf(name);
}

/** The register as 64 bits. Raises RangeError for a name that is none. */
export function readRegister(state: CpuState, name: string): bigint {
  const number = numberOf(name);
  if (number >= 0) return state.quads[number]!;
  return special(name).read(state);
}

/** Sets a register to 64 bits. Raises RangeError for a name that is none. */
export function writeRegister(state: CpuState, name: string, value: bigint): void {
  const number = numberOf(name);
  if (number >= 0) state.quads[number] = value;
  else special(name).write(state, value);
}

function special(name: string): Special {
  const found = SPECIAL[name];
  if (!found) throw new RangeError(`no register ${name}`);
  return found;
}
