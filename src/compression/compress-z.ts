import { CompressionError, DecompressedTooLarge } from './compression-error.ts';

const HEADER_LENGTH = 3;
const FIRST_WIDTH = 9;
const WIDEST = 16;
const CLEAR = 256;
const BLOCK_MODE = 0x80;
const WIDTH_BITS = 0x1f;

/** Decodes `.Z` data of compress(1): LZW. Fails with CompressionError on damage or more than `limit` bytes. */
export function uncompressZ(bytes: Uint8Array, limit: number): Uint8Array {
  const flags = bytes[2] ?? 0;
  const widest = flags & WIDTH_BITS;
  if (bytes.length < HEADER_LENGTH || widest < FIRST_WIDTH || widest > WIDEST) throw damaged();
  const codes = new CodeReader(bytes, widest);
  const table = new StringTable(widest, (flags & BLOCK_MODE) !== 0);
  const output: number[] = [];
  for (let code = codes.next(table.free); code !== undefined; code = codes.next(table.free)) {
    if (table.hasClear && code === CLEAR) {
      codes.clear();
      table.clear();
      continue;
    }
    table.expand(code, output);
    if (output.length > limit) throw new DecompressedTooLarge('compress', limit);
  }
  return Uint8Array.from(output);
}

/** Codes of growing width, least significant bit first; a change of width passes over the rest of a group of eight. */
class CodeReader {
  readonly #bytes: Uint8Array;
  readonly #widest: number;
  #width = FIRST_WIDTH;
  #groupStart = HEADER_LENGTH * 8;
  #at = HEADER_LENGTH * 8;

  constructor(bytes: Uint8Array, widest: number) {
    this.#bytes = bytes;
    this.#widest = widest;
  }

  /** The next code when the table's next entry is `free`; undefined at the end. */
  next(free: number): number | undefined {
    if (free >= 1 << this.#width && this.#width < this.#widest) this.#setWidth(this.#width + 1);
    if (this.#at + this.#width > this.#bytes.length * 8) return undefined;
    const byte = this.#at >> 3;
    const held = this.#bytes[byte]! | ((this.#bytes[byte + 1] ?? 0) << 8) | ((this.#bytes[byte + 2] ?? 0) << 16);
    const code = (held >> (this.#at & 7)) & ((1 << this.#width) - 1);
    this.#at += this.#width;
    return code;
  }

  clear(): void {
    this.#setWidth(FIRST_WIDTH);
  }

  #setWidth(width: number): void {
    const group = this.#width * 8;
    this.#groupStart += Math.ceil((this.#at - this.#groupStart) / group) * group;
    this.#at = this.#groupStart;
    this.#width = width;
  }
}

/** The strings seen so far, each a shorter one and a byte. */
class StringTable {
  readonly hasClear: boolean;
  readonly #prefix: Uint16Array;
  readonly #suffix: Uint8Array;
  #free: number;
  #previous = -1;
  #first = 0;

  constructor(widest: number, hasClear: boolean) {
    this.hasClear = hasClear;
    this.#prefix = new Uint16Array(1 << widest);
    this.#suffix = new Uint8Array(1 << widest);
    this.#free = this.#lowest;
  }

  get free(): number {
    return this.#free;
  }

  clear(): void {
    this.#free = this.#lowest;
    this.#previous = -1;
  }

  /** Writes the string of a code, and enters the one before with its first byte. */
  expand(code: number, output: number[]): void {
    const isNew = this.#previous >= 0 && code === this.#free;
    if ((code > 255 && this.#previous < 0) || (code >= this.#free && !isNew && code > 255)) throw damaged();
    const chain: number[] = isNew ? [this.#first] : [];
    let entry = isNew ? this.#previous : code;
    for (; entry > 255; entry = this.#prefix[entry]!) chain.push(this.#suffix[entry]!);
    this.#first = entry;
    chain.push(entry);
    for (let index = chain.length - 1; index >= 0; index--) output.push(chain[index]!);
    if (this.#previous >= 0 && this.#free < this.#prefix.length) {
      this.#prefix[this.#free] = this.#previous;
      this.#suffix[this.#free] = this.#first;
      this.#free++;
    }
    this.#previous = code;
  }

  get #lowest(): number {
    return this.hasClear ? CLEAR + 1 : CLEAR;
  }
}

function damaged(): CompressionError {
  return new CompressionError('compress: damaged data');
}
