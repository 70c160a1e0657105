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
  [EM.AARCH64]: {
    257: 'R_AARCH64_ABS64',
    258: 'R_AARCH64_ABS32',
    259: 'R_AARCH64_ABS16',
    260: 'R_AARCH64_PREL64',
    261: 'R_AARCH64_PREL32',
    262: 'R_AARCH64_PREL16',
    273: 'R_AARCH64_LD_PREL_LO19',
    274: 'R_AARCH64_ADR_PREL_LO21',
    275: 'R_AARCH64_ADR_PREL_PG_HI21',
    276: 'R_AARCH64_ADR_PREL_PG_HI21_NC',
    277: 'R_AARCH64_ADD_ABS_LO12_NC',
    278: 'R_AARCH64_LDST8_ABS_LO12_NC',
    279: 'R_AARCH64_TSTBR14',
    280: 'R_AARCH64_CONDBR19',
    282: 'R_AARCH64_JUMP26',
    283: 'R_AARCH64_CALL26',
    284: 'R_AARCH64_LDST16_ABS_LO12_NC',
    285: 'R_AARCH64_LDST32_ABS_LO12_NC',
    286: 'R_AARCH64_LDST64_ABS_LO12_NC',
    299: 'R_AARCH64_LDST128_ABS_LO12_NC',
    311: 'R_AARCH64_ADR_GOT_PAGE',
    312: 'R_AARCH64_LD64_GOT_LO12_NC',
  },
  [EM.I386]: { 0: 'R_386_NONE', 1: 'R_386_32', 2: 'R_386_PC32', 4: 'R_386_PLT32' },
};

/** The name of a relocation type; a number where it has none here. */
export function relocationName(machine: number, type: number): string {
  return NAMES[machine]?.[type] ?? `type ${type}`;
}
