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

/** Nearly all relocations are of these types. */
const R_64 = 1;
const PC32 = 2;
const PLT32 = 4;
const R_32S = 11;

/** `sizeof(Elf64_Rela)` and `sizeof(Elf64_Sym)` in words of 32 bits; `r_offset`, type, symbol, `r_addend`; `st_value`. */
const RELA_WORDS = 6;
const SYMBOL_WORDS = 6;
const SYMBOL_VALUE = 2;

/** `Architecture.relocationWidth`. */
export function relocationWidth(type: number): number {
  return TABLE[type]?.width ?? 0;
}

/**
 * Applies `Elf64_Rela` entries. 64-bit values are pairs of signed 32-bit halves, which need no memory of their own even
 * before the compiler has seen the loop: large modules have several hundred thousand entries.
 */
export function applyRelocations(job: RelocationJob): RelocationFailure | undefined {
  const { target } = job;
  const entries = littleEndianWords(job.entries);
  const symbols = littleEndianWords(job.symbols);
  const base = job.targetAddress | 0;
  const last = target.byteLength - 8;
  for (let at = 0; at + RELA_WORDS <= entries.length; at += RELA_WORDS) {
    const offset = entries[at]!;
    const value = entries[at + 3]! * SYMBOL_WORDS + SYMBOL_VALUE;
    const isPlain = entries[at + 1] === 0 && offset >= 0 && offset <= last && value >= 0 && value + 1 < symbols.length;
    if (isPlain) {
      const low = (symbols[value]! + entries[at + 4]!) | 0;
      const high = (symbols[value + 1]! + entries[at + 5]! + carry(symbols[value]!, entries[at + 4]!, low)) | 0;
      if (applyPlain(entries[at + 2]!, target, offset, base, low, high)) continue;
    }
    const failure = applyOne(job, entries, at, symbols);
    if (failure) return failure;
  }
  return undefined;
}

/** Applies a relocation of a usual type that has nothing wrong with it; else it does nothing and says false. */
function applyPlain(type: number, target: DataView, offset: number, base: number, low: number, high: number): boolean {
  if (target.getInt32(offset, true) !== 0) return false;
  if (type === PC32 || type === PLT32) target.setInt32(offset, (low - ((base + offset) | 0)) | 0, true);
  else if (type === R_32S && high === low >> 31) target.setInt32(offset, low, true);
  else if (type === R_64 && target.getInt32(offset + 4, true) === 0) {
    target.setInt32(offset, low, true);
    target.setInt32(offset + 4, high, true);
  } else return false;
  return true;
}

/** Any relocation, and what is wrong with it. */
function applyOne(
  job: RelocationJob,
  entries: Int32Array,
  at: number,
  symbols: Int32Array,
): RelocationFailure | undefined {
  const { target, targetAddress } = job;
  const type = entries[at + 2]! >>> 0;
  const offset = entries[at]! >>> 0;
  const value = (entries[at + 3]! >>> 0) * SYMBOL_WORDS + SYMBOL_VALUE;
  const known = value + 1 < symbols.length;
  const symbolLow = known ? symbols[value]! : symbolElsewhere(job, value);
  const symbolHigh = known ? symbols[value + 1]! : symbolElsewhere(job, value + 1);
  const low = (symbolLow + entries[at + 4]!) | 0;
  const high = (symbolHigh + entries[at + 5]! + carry(symbolLow, entries[at + 4]!, low)) | 0;

  const row = TABLE[type];
  if (row === undefined) return { reason: 'unknown', type, address: targetAddress + offset, ...unsigned(low, high) };
  if (row.width === 0) return undefined;
  const inside = entries[at + 1] === 0 && offset + row.width <= target.byteLength;
  const place = inside ? targetAddress + offset : wrap(joinWords(offset, entries[at + 1]!) + targetAddress);
  const reason = inside
    ? write(row, target, offset, place, low, high)
    : write(row, job.elsewhere(place, row.width, 'write'), 0, place, low, high);
  return reason && { reason, type, address: place, ...unsigned(low, high) };
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
  if (target.getInt32(at, true) !== 0) return 'nonzero';
  if (row.width === 8 && target.getInt32(at + 4, true) !== 0) return 'nonzero';
  const base = row.pcRelative ? place | 0 : 0;
  const low = (symbolLow - base) | 0;
  const high = (symbolHigh - (row.pcRelative ? highWord(place) : 0) - borrow(symbolLow, base, low)) | 0;
  target.setInt32(at, low, true);
  if (row.width === 8) target.setInt32(at + 4, high, true);
  if (row.fits === 'unsigned' && high !== 0) return 'overflow';
  if (row.fits === 'signed' && high !== low >> 31) return 'overflow';
  return undefined;
}

/** What `a + b`, of which `sum` is the low 32 bits, carries into the high half. */
function carry(a: number, b: number, sum: number): number {
  return ((a & b) | ((a | b) & ~sum)) >>> 31;
}

/** What `a - b`, of which `difference` is the low 32 bits, takes from the high half. */
function borrow(a: number, b: number, difference: number): number {
  return ((~a & b) | ((~a | b) & difference)) >>> 31;
}

function unsigned(low: number, high: number): { low: number; high: number } {
  return { low: low >>> 0, high: high >>> 0 };
}

/** A word of a symbol that the table does not have: whatever the guest's memory holds there. */
function symbolElsewhere(job: RelocationJob, word: number): number {
  return job.elsewhere(job.symbolsAddress + 4 * word, 4, 'read').getInt32(0, true);
}

/** An address modulo 2^64, signed. */
function wrap(address: number): number {
  return joinWords(address >>> 0, highWord(address));
}
