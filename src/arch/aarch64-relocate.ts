import { highWord, joinWords, type RelocationFailure, type RelocationJob } from './relocation.ts';

/** What a place gets of the value: bytes, a field of an instruction, or the immediate of a `movz`, `movn` or `movk`. */
interface Row {
  readonly kind: 'data' | 'field' | 'adr' | 'move';
  /** From what the value counts: from 0, from the place, or in pages from the place's page. */
  readonly from: 'zero' | 'place' | 'page';
  /** Bits that hold the value, and the lowest of them in the instruction. `data`: bits to write. */
  readonly bits: number;
  readonly lowest?: number;
  /** Bits that the value is moved down before it is written. */
  readonly shift?: number;
  /** The value must be one of so many bits, signed; `either`: signed or unsigned. No check when absent. */
  readonly fits?: 'signed' | 'either' | 'unsigned';
}

const data = (bits: number, from: Row['from'], fits?: Row['fits']): Row => ({
  kind: 'data',
  from,
  bits,
  ...(fits && { fits }),
});
const branch = (bits: number, lowest: number): Row => ({
  kind: 'field',
  from: 'place',
  bits,
  lowest,
  shift: 2,
  fits: 'signed',
});
/** `:lo12:`: the offset in the page, counted in units of the access. */
const lo12 = (shift: number): Row => ({ kind: 'field', from: 'zero', bits: 12 - shift, lowest: 10, shift });
const move = (from: Row['from'], group: number, fits?: Row['fits']): Row => ({
  kind: 'move',
  from,
  bits: 16,
  lowest: 5,
  shift: 16 * group,
  ...(fits && { fits }),
});

/** `R_AARCH64_*` that the module loader knows: ELF for the Arm 64-bit Architecture; arch/arm64/kernel/module.c. */
const TABLE: Readonly<Record<number, Row | null>> = {
  /* NONE (of 32 and of 64 bit) */ 0: null,
  256: null,
  /* ABS64 .. ABS16 */ 257: data(64, 'zero'),
  258: data(32, 'zero', 'either'),
  259: data(16, 'zero', 'either'),
  /* PREL64 .. PREL16 */ 260: data(64, 'place'),
  261: data(32, 'place', 'signed'),
  262: data(16, 'place', 'signed'),
  /* MOVW_UABS_G0, G0_NC .. G3 */ 263: move('zero', 0, 'unsigned'),
  264: move('zero', 0),
  265: move('zero', 1, 'unsigned'),
  266: move('zero', 1),
  267: move('zero', 2, 'unsigned'),
  268: move('zero', 2),
  269: move('zero', 3),
  /* MOVW_SABS_G0 .. G2 */ 270: move('zero', 0, 'signed'),
  271: move('zero', 1, 'signed'),
  272: move('zero', 2, 'signed'),
  /* LD_PREL_LO19 */ 273: branch(19, 5),
  /* ADR_PREL_LO21 */ 274: { kind: 'adr', from: 'place', bits: 21, fits: 'signed' },
  /* ADR_PREL_PG_HI21, and without a check */ 275: { kind: 'adr', from: 'page', bits: 21, fits: 'signed' },
  276: { kind: 'adr', from: 'page', bits: 21 },
  /* ADD_ABS_LO12_NC, LDST8_ABS_LO12_NC */ 277: lo12(0),
  278: lo12(0),
  /* TSTBR14, CONDBR19, JUMP26, CALL26 */ 279: branch(14, 5),
  280: branch(19, 5),
  282: branch(26, 0),
  283: branch(26, 0),
  /* LDST16 .. LDST128_ABS_LO12_NC */ 284: lo12(1),
  285: lo12(2),
  286: lo12(3),
  299: lo12(4),
  /* MOVW_PREL_G0, G0_NC .. G3 */ 287: move('place', 0, 'signed'),
  288: move('place', 0),
  289: move('place', 1, 'signed'),
  290: move('place', 1),
  291: move('place', 2, 'signed'),
  292: move('place', 2),
  293: move('place', 3),
};

const RELA_SIZE = 24;
const SYMBOL_SIZE = 24;
const SYMBOL_VALUE = 8;

/** `Architecture.relocationWidth`. */
export function relocationWidth(type: number): number {
  const row = TABLE[type];
  if (!row) return 0;
  return row.kind === 'data' ? row.bits / 8 : 4;
}

/** Applies `Elf64_Rela` entries; arch/arm64/kernel/module.c, `apply_relocate_add`. */
export function applyRelocations(job: RelocationJob): RelocationFailure | undefined {
  for (let at = 0; at + RELA_SIZE <= job.entries.byteLength; at += RELA_SIZE) {
    const failure = applyOne(job, at);
    if (failure) return failure;
  }
  return undefined;
}

function applyOne(job: RelocationJob, at: number): RelocationFailure | undefined {
  const { entries, targetAddress } = job;
  const type = entries.getUint32(at + 8, true);
  const place = targetAddress + joinWords(entries.getUint32(at, true), entries.getUint32(at + 4, true));
  const addend = joinWords(entries.getUint32(at + 16, true), entries.getUint32(at + 20, true));
  const value = symbolValue(job, entries.getUint32(at + 12, true)) + addend;
  const failed = (reason: RelocationFailure['reason']) => ({
    reason,
    type,
    address: place,
    low: value >>> 0,
    high: highWord(value),
  });
  const row = TABLE[type];
  if (row === undefined) return failed('unknown');
  return row && write(row, placeOf(job, place, relocationWidth(type)), value, place) ? failed('overflow') : undefined;
}

/** The symbol's value; of a symbol that the table does not have, whatever the guest's memory holds there. */
function symbolValue({ symbols, symbolsAddress, elsewhere }: RelocationJob, index: number): number {
  const at = index * SYMBOL_SIZE + SYMBOL_VALUE;
  const inside = at + 8 <= symbols.byteLength;
  const view = inside ? symbols : elsewhere(symbolsAddress + at, 8, 'read');
  const from = inside ? at : 0;
  return joinWords(view.getUint32(from, true), view.getUint32(from + 4, true));
}

function placeOf({ target, targetAddress, elsewhere }: RelocationJob, place: number, width: number): DataView {
  const offset = place - targetAddress;
  return offset >= 0 && offset + width <= target.byteLength
    ? new DataView(target.buffer, target.byteOffset + offset, width)
    : elsewhere(place, width, 'write');
}

/** Writes one value; true when it does not fit. It is written all the same, as in the kernel. */
function write(row: Row, view: DataView, target: number, place: number): boolean {
  const value = distance(row.from, target, place);
  if (row.kind === 'data') return writeData(row, view, value);
  const shifted = Math.floor(value / 2 ** (row.shift ?? 0));
  const instruction = view.getUint32(0, true);
  view.setUint32(0, row.kind === 'adr' ? withAdr(instruction, shifted) : withField(row, instruction, shifted), true);
  return !fits(row, shifted);
}

function distance(from: Row['from'], target: number, place: number): number {
  if (from === 'zero') return target;
  return from === 'place' ? target - place : Math.floor(target / 4096) - Math.floor(place / 4096);
}

function writeData(row: Row, view: DataView, value: number): boolean {
  if (row.bits === 16) view.setUint16(0, value & 0xffff, true);
  else view.setUint32(0, value >>> 0, true);
  if (row.bits === 64) view.setUint32(4, highWord(value), true);
  return !fits(row, value);
}

function fits({ bits, fits: check }: Row, value: number): boolean {
  if (check === undefined) return true;
  const least = check === 'unsigned' ? 0 : -(2 ** (bits - 1));
  const most = check === 'signed' ? 2 ** (bits - 1) : 2 ** bits;
  return value >= least && value < most;
}

/** `movn` for a value below zero where `movz` stands, as the kernel's `INSN_IMM_MOVNZ` does. */
function withField(row: Row, instruction: number, value: number): number {
  const { bits, lowest = 0, kind, fits: check } = row;
  const negative = kind === 'move' && check === 'signed' && value < 0;
  const opcode =
    kind === 'move' && check === 'signed' ? (instruction & ~(3 << 29)) | (negative ? 0 : 2 << 29) : instruction;
  const low = modulo(negative ? -value - 1 : value, 2 ** bits);
  return ((opcode & ~((2 ** bits - 1) << lowest)) | (low << lowest)) >>> 0;
}

/** `adr` and `adrp`: the two lowest bits stand apart. */
function withAdr(instruction: number, value: number): number {
  const low = modulo(value, 2 ** 21);
  return ((instruction & ~((3 << 29) | (0x7ffff << 5))) | ((low & 3) << 29) | ((low >>> 2) << 5)) >>> 0;
}

function modulo(value: number, limit: number): number {
  return ((value % limit) + limit) % limit;
}
