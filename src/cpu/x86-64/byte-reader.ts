/** Raised by {@link ByteReader} when an instruction is longer than the bytes there are, or than 15. */
export class EndOfBytes extends Error {}

const MAXIMUM_LENGTH = 15;

/** Reads an instruction's bytes in order. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly start: number;
  at: number;

  constructor(bytes: Uint8Array, start: number) {
    this.#bytes = bytes;
    this.start = start;
    this.at = start;
  }

  /** Bytes taken so far. */
  get length(): number {
    return this.at - this.start;
  }

  peek(): number {
    const value = this.#bytes[this.at];
    if (value === undefined || this.length >= MAXIMUM_LENGTH) throw new EndOfBytes();
    return value;
  }

  u8(): number {
    const value = this.peek();
    this.at++;
    return value;
  }

  s8(): number {
    return (this.u8() << 24) >> 24;
  }

  u16(): number {
    return this.u8() | (this.u8() << 8);
  }

  /** Signed 32 bit. */
  s32(): number {
    return this.u16() | (this.u16() << 16);
  }
}
