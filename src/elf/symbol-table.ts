import type { ElfStructs } from '../abi/elf.ts';
import { ByteView } from './byte-view.ts';
import { type ElfForm, structsOf } from './elf-form.ts';

/** Symbols by index, read where they stand; nothing is allocated per symbol. */
export class SymbolTable {
  readonly count: number;
  readonly #view: ByteView;
  readonly #fields: ElfStructs['symbol'];

  /** `bytes`: the section's contents. A broken last entry does not count. */
  constructor(bytes: Uint8Array, form: ElfForm) {
    this.#fields = structsOf(form).symbol;
    this.#view = new ByteView(bytes, form);
    this.count = Math.floor(bytes.length / this.#fields.size);
  }

  /** `st_name`: offset in the string table. */
  name(i: number): number {
    return this.#view.u32(i * this.#fields.size + this.#fields.name);
  }

  /** `st_info`. */
  info(i: number): number {
    return this.#view.bytes[i * this.#fields.size + this.#fields.info] ?? 0;
  }

  /** `st_shndx`. */
  section(i: number): number {
    return this.#view.u16(i * this.#fields.size + this.#fields.shndx);
  }

  /** `st_value` as a signed 64-bit number: a canonical address. In a 32-bit form it is unsigned. */
  address(i: number): number {
    const at = i * this.#fields.size + this.#fields.value;
    const low = this.#view.wordLow(at);
    return this.#view.form.bits === 32 ? low : (this.#view.wordHigh(at) | 0) * 2 ** 32 + low;
  }

  /** `st_size` as a double. */
  size(i: number): number {
    return this.#view.word(i * this.#fields.size + this.#fields.length);
  }
}
