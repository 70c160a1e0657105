import { EM } from './elf.ts';

/** Relocation types by machine. Sources: the psABI supplements for x86-64, i386, AArch64 and ARM. */
const NAMES: Readonly<Record<number, Readonly<Record<number, string>>>> = {
  [EM.X86_64]: {
    0: 'R_X86_64_NONE',
    1: 'R_X86_64_64',
    2: 'R_X86_64_PC32',
    3: 'R_X86_64_GOT32',
    4: 'R_X86_64_PLT32',
    9: 'R_X86_64_GOTPCREL',
    10: 'R_X86_64_32',
    11: 'R_X86_64_32S',
    12: 'R_X86_64_16',
    13: 'R_X86_64_PC16',
    14: 'R_X86_64_8',
    15: 'R_X86_64_PC8',
    23: 'R_X86_64_TPOFF32',
    24: 'R_X86_64_PC64',
    25: 'R_X86_64_GOTOFF64',
    26: 'R_X86_64_GOTPC32',
    31: 'R_X86_64_PLTOFF64',
    41: 'R_X86_64_GOTPCRELX',
    42: 'R_X86_64_REX_GOTPCRELX',
  },
  [EM.I386]: { 0: 'R_386_NONE', 1: 'R_386_32', 2: 'R_386_PC32', 4: 'R_386_PLT32' },
};

/** The name of a relocation type; a number where it has none here. */
export function relocationName(machine: number, type: number): string {
  return NAMES[machine]?.[type] ?? `type ${type}`;
}
