import type { ElfStructs } from '../abi/elf.ts';
import { ByteView } from './byte-view.ts';
import { type ElfForm, structsOf } from './elf-form.ts';

/** Symbols by index: a column for each field that is looked at for all of them; values are read where they stand. */
export class SymbolTable {
  readonly count: number;
  /** `st_name`: offset in the string table. */
  readonly names: Uint32Array;
  /** `st_info`. */
  readonly infos: Uint8Array;
  /** `st_shndx`. */
  readonly sections: Uint16Array;
  readonly #view: ByteView;
  readonly #fields: ElfStructs['symbol'];

  /** `bytes`: the section's contents. A broken last entry does not count. */
  constructor(bytes: Uint8Array, form: ElfForm) {
    const fields = structsOf(form).symbol;
    this.#fields = fields;
    this.#view = new ByteView(bytes, form);
    this.count = Math.floor(bytes.length / fields.size);
    this.names = new Uint32Array(this.count);
    this.infos = new Uint8Array(this.count);
    this.sections = new Uint16Array(this.count);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let i = 0, at = 0; i < this.count; i++, at += fields.size) {
      this.names[i] = view.getUint32(at + fields.name, form.littleEndian);
      this.infos[i] = bytes[at + fields.info]!;
      this.sections[i] = view.getUint16(at + fields.shndx, form.littleEndian);
    }
  }

  /** `st_name`; 0 beyond the last symbol. */
  name(i: number): number {
    return this.names[i] ?? 0;
  }

  /** `st_info`; 0 beyond the last symbol. */
  info(i: number): number {
    return this.infos[i] ?? 0;
  }

  /** `st_shndx`; 0 beyond the last symbol. */
  section(i: number): number {
    return this.sections[i] ?? 0;
  }

  /** `st_value` as a signed 64-bit number: a canonical address. In a 32-bit form it is unsigned. */
  address(i: number): number {
    const at = i * this.#fields.size + this.#fields.value;
    const low = this.#view.wordLow(at);
    return this.#view.form.bits === 32 ? low : (this.#view.wordHigh(at) | 0) * 2 ** 32 + low;
  }

  /** The low 32 bits of `st_value`, signed. */
  addressLow(i: number): number {
    return this.#view.wordLow(i * this.#fields.size + this.#fields.value) | 0;
  }

  /** The high 32 bits of `st_value`, signed; 0 in a 32-bit form. */
  addressHigh(i: number): number {
    return this.#view.wordHigh(i * this.#fields.size + this.#fields.value) | 0;
  }

  /** `st_size` as a double. */
  size(i: number): number {
    return this.#view.word(i * this.#fields.size + this.#fields.length);
  }
}
