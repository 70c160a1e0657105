import { EM } from './elf.ts';

/** Relocation types by machine. Sources: the psABI supplements for x86-64, i386, AArch64 and ARM. */
const NAMES: Readonly<Record<number, Readonly<Record<number, string>>>> = {
  [EM.X86_64]: {
    0: 'R_X86_64_NONE',
    1: 'R_X86_64_64',
    2: 'R_X86_64_PC32',
    4: 'R_X86_64_PLT32',
    10: 'R_X86_64_32',
    11: 'R_X86_64_32S',
    24: 'R_X86_64_PC64',
  },
  [EM.I386]: { 0: 'R_386_NONE', 1: 'R_386_32', 2: 'R_386_PC32', 4: 'R_386_PLT32' },
};

/** The name of a relocation type; a number where it has none here. */
export function relocationName(machine: number, type: number): string {
  return NAMES[machine]?.[type] ?? `type ${type}`;
}
