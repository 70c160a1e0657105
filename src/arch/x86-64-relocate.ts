import { highWord, joinWords, type RelocationFailure, type RelocationJob, type RelocationRow } from './relocation.ts';

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

/** `sizeof(Elf64_Rela)` and `sizeof(Elf64_Sym)`. */
const RELA_SIZE = 24;
const SYMBOL_SIZE = 24;
const SYMBOL_VALUE = 8;

/** Applies `Elf64_Rela` entries; 64-bit values are pairs of 32-bit halves, nothing is allocated per entry. */
export function applyRelocations(job: RelocationJob): RelocationFailure | undefined {
  const { entries, symbols, target } = job;
  const count = Math.floor(entries.byteLength / RELA_SIZE);
  for (let i = 0; i < count; i++) {
    const at = i * RELA_SIZE;
    const type = entries.getUint32(at + 8, true);
    const symbol = entries.getUint32(at + 12, true) * SYMBOL_SIZE + SYMBOL_VALUE;
    const near = symbol + 8 <= symbols.byteLength;
    const source = near ? symbols : symbolElsewhere(job, symbol);
    const value = near ? symbol : 0;

    const low = source.getUint32(value, true) + entries.getUint32(at + 16, true);
    const carry = low >= 0x1_0000_0000 ? 1 : 0;
    const high = source.getUint32(value + 4, true) + entries.getUint32(at + 20, true) + carry;

    const row = TABLE[type];
    const offset = entries.getUint32(at, true);
    if (row === undefined) return failure('unknown', type, job.targetAddress + offset, low, high);
    if (row.width === 0) continue;
    const inside = entries.getUint32(at + 4, true) === 0 && offset + row.width <= target.byteLength;
    const place = joinWords(offset, entries.getUint32(at + 4, true)) + job.targetAddress;
    const reason = inside
      ? write(row, target, offset, place, low >>> 0, high >>> 0)
      : write(row, job.elsewhere(wrap(place), row.width, 'write'), 0, wrap(place), low >>> 0, high >>> 0);
    if (reason) return failure(reason, type, place, low, high);
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

function failure(
  reason: RelocationFailure['reason'],
  type: number,
  address: number,
  low: number,
  high: number,
): RelocationFailure {
  return { reason, type, address, low: low >>> 0, high: high >>> 0 };
}

function symbolElsewhere(job: RelocationJob, offset: number): DataView {
  return job.elsewhere(job.symbolsAddress + offset, 8, 'read');
}

/** An address modulo 2^64, signed. */
function wrap(address: number): number {
  return joinWords(address >>> 0, highWord(address));
}
