import type { ElfForm } from './elf-form.ts';

const TWO_32 = 0x1_0000_0000;

/**
 * Bounds-checked reads of one form's integers: what lies outside the bytes reads as zero, so that no input raises.
 * A word is 32 or 64 bits as the form says, as a double: values from 2^53 on lose their low bits.
 */
export class ByteView {
  readonly bytes: Uint8Array;
  readonly form: ElfForm;
  readonly #view: DataView;

  constructor(bytes: Uint8Array, form: ElfForm) {
    this.bytes = bytes;
    this.form = form;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  u16(at: number): number {
    return this.#holds(at, 2) ? this.#view.getUint16(at, this.form.littleEndian) : 0;
  }

  u32(at: number): number {
    return this.#holds(at, 4) ? this.#view.getUint32(at, this.form.littleEndian) : 0;
  }

  word(at: number): number {
    return this.form.bits === 32 ? this.u32(at) : this.wordHigh(at) * TWO_32 + this.wordLow(at);
  }

  /** The low 32 bits of a word. */
  wordLow(at: number): number {
    return this.form.bits === 64 && !this.form.littleEndian ? this.u32(at + 4) : this.u32(at);
  }

  /** The high 32 bits of a word; 0 in a 32-bit form. */
  wordHigh(at: number): number {
    if (this.form.bits === 32) return 0;
    return this.form.littleEndian ? this.u32(at + 4) : this.u32(at);
  }

  #holds(at: number, size: number): boolean {
    return at >= 0 && at + size <= this.bytes.length;
  }
}
