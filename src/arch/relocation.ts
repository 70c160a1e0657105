/** What one relocation type does: a row of an architecture's table. */
export interface RelocationRow {
  /** Bytes written: 0 for a type that does nothing. */
  readonly width: 0 | 4 | 8;
  /** The place's own address is subtracted. */
  readonly pcRelative: boolean;
  /** How the 64-bit value must be got back from the bytes written; no check when absent. */
  readonly fits?: 'unsigned' | 'signed';
}

/** One relocation section, ready to be applied to a module that has been moved to its place. */
export interface RelocationJob {
  /** `Elf_Rela` or `Elf_Rel` entries. */
  readonly entries: DataView;
  /** The symbol table in the guest, `st_value` final (kernel: `simplify_symbols`); it may reach beyond the last symbol. */
  readonly symbols: DataView;
  /** Guest address of `symbols`' first byte. */
  readonly symbolsAddress: number;
  /** The guest memory that begins at the relocated section, to the end of its area. */
  readonly target: DataView;
  /** Guest address of `target`'s first byte. */
  readonly targetAddress: number;
  /** `size` bytes of guest memory anywhere else; raises the guest's page fault. */
  readonly elsewhere: (address: number, size: number, access: 'read' | 'write') => DataView;
}

/** Why a relocation was refused. `low` and `high` are the halves of the 64-bit value; `address` the place. */
export interface RelocationFailure {
  readonly reason: 'unknown' | 'nonzero' | 'overflow';
  readonly type: number;
  readonly address: number;
  readonly low: number;
  readonly high: number;
}

const TWO_32 = 0x1_0000_0000;

/** The high 32 bits of a guest address. */
export function highWord(address: number): number {
  return Math.floor(address / TWO_32) >>> 0;
}

/** The signed canonical address of two 32-bit halves. */
export function joinWords(low: number, high: number): number {
  return (high | 0) * TWO_32 + (low >>> 0);
}

const HOST_IS_LITTLE_ENDIAN = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;

/** Little-endian memory as signed 32-bit words: a view where it is aligned and the host is alike, else a copy. */
export function littleEndianWords(view: DataView): Int32Array {
  const count = view.byteLength >>> 2;
  if (HOST_IS_LITTLE_ENDIAN && view.byteOffset % 4 === 0) return new Int32Array(view.buffer, view.byteOffset, count);
  return Int32Array.from({ length: count }, (_, i) => view.getInt32(4 * i, true));
}
