import {
  highWord,
  joinWords,
  littleEndianWords,
  type RelocationFailure,
  type RelocationJob,
  type RelocationRow,
} from './relocation.ts';

/** `R_X86_64_*` that the module loader knows: System V ABI AMD64 4.4.1; arch/x86/kernel/module.c, `apply_relocate_add`. */
const ROWS: Readonly<Record<number, RelocationRow>> = {
  /* NONE  */ 0: { width: 0, pcRelative: false },
  /* 64    */ 1: { width: 8, pcRelative: false },
  /* PC32  */ 2: { width: 4, pcRelative: true },
  /* PLT32 */ 4: { width: 4, pcRelative: true },
  /* 32    */ 10: { width: 4, pcRelative: false, fits: 'unsigned' },
  /* 32S   */ 11: { width: 4, pcRelative: false, fits: 'signed' },
  /* PC64  */ 24: { width: 8, pcRelative: true },
};
const TABLE: readonly (RelocationRow | undefined)[] = Array.from({ length: 25 }, (_, type) => ROWS[type]);

/** `sizeof(Elf64_Rela)` and `sizeof(Elf64_Sym)` in words of 32 bits; `r_offset`, type, symbol, `r_addend`; `st_value`. */
const RELA_WORDS = 6;
const SYMBOL_WORDS = 6;
const SYMBOL_VALUE = 2;

/** `Architecture.relocationWidth`. */
export function relocationWidth(type: number): number {
  return TABLE[type]?.width ?? 0;
}

/** Applies `Elf64_Rela` entries; 64-bit values are pairs of 32-bit halves, nothing is allocated per entry. */
export function applyRelocations(job: RelocationJob): RelocationFailure | undefined {
  const { target, targetAddress } = job;
  const entries = littleEndianWords(job.entries);
  const symbols = littleEndianWords(job.symbols);
  for (let at = 0; at + RELA_WORDS <= entries.length; at += RELA_WORDS) {
    const type = entries[at + 2]!;
    const value = entries[at + 3]! * SYMBOL_WORDS + SYMBOL_VALUE;
    const source = value + 1 < symbols.length ? symbols : undefined;
    const sum = (source ? source[value]! : symbolElsewhere(job, value)) + entries[at + 4]!;
    const carry = sum >= 0x1_0000_0000 ? 1 : 0;
    const low = sum >>> 0;
    const high = ((source ? source[value + 1]! : symbolElsewhere(job, value + 1)) + entries[at + 5]! + carry) >>> 0;

    const row = TABLE[type];
    const offset = entries[at]!;
    if (row === undefined) return { reason: 'unknown', type, address: targetAddress + offset, low, high };
    if (row.width === 0) continue;
    const inside = entries[at + 1] === 0 && offset + row.width <= target.byteLength;
    const place = inside ? targetAddress + offset : wrap(joinWords(offset, entries[at + 1]!) + targetAddress);
    const reason = inside
      ? write(row, target, offset, place, low, high)
      : write(row, job.elsewhere(place, row.width, 'write'), 0, place, low, high);
    if (reason) return { reason, type, address: place, low, high };
  }
  return undefined;
}

/** Writes one value; says why not. An overflow is noticed after the write, as in the kernel. */
function write(
  row: RelocationRow,
  target: DataView,
  at: number,
  place: number,
  symbolLow: number,
  symbolHigh: number,
): RelocationFailure['reason'] | undefined {
  if (target.getUint32(at, true) !== 0) return 'nonzero';
  if (row.width === 8 && target.getUint32(at + 4, true) !== 0) return 'nonzero';
  const base = row.pcRelative ? place : 0;
  const low = symbolLow - (base >>> 0);
  const high = symbolHigh - highWord(base) - (low < 0 ? 1 : 0);
  target.setUint32(at, low, true);
  if (row.width === 8) target.setUint32(at + 4, high, true);
  if (row.fits === 'unsigned' && high !== 0) return 'overflow';
  if (row.fits === 'signed' && (high | 0) !== (low | 0) >> 31) return 'overflow';
  return undefined;
}

/** A word of a symbol that the table does not have: whatever the guest's memory holds there. */
function symbolElsewhere(job: RelocationJob, word: number): number {
  return job.elsewhere(job.symbolsAddress + 4 * word, 4, 'read').getUint32(0, true);
}

/** An address modulo 2^64, signed. */
function wrap(address: number): number {
  return joinWords(address >>> 0, highWord(address));
}
