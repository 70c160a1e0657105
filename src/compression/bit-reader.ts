/** Reads bits from the most significant one of each byte on. */
export class BitReader {
  readonly #bytes: Uint8Array;
  #at: number;
  #buffer = 0;
  #count = 0;

  constructor(bytes: Uint8Array, start: number) {
    this.#bytes = bytes;
    this.#at = start;
  }

  /** True when more bits were read than there are; they read as zero. */
  get exhausted(): boolean {
    return this.#at - Math.floor(this.#count / 8) > this.#bytes.length;
  }

  /** The next `count` bits, at most 24, as an unsigned number. */
  bits(count: number): number {
    const value = this.peek(count);
    this.skip(count);
    return value;
  }

  /** The next `count` bits, at most 24; they stay. */
  peek(count: number): number {
    while (this.#count < count) {
      this.#buffer = (this.#buffer << 8) | (this.#at < this.#bytes.length ? this.#bytes[this.#at]! : 0);
      this.#at++;
      this.#count += 8;
    }
    return (this.#buffer >>> (this.#count - count)) & ((1 << count) - 1);
  }

  /** Passes over bits that were peeked at. */
  skip(count: number): void {
    this.#count -= count;
    this.#buffer &= (1 << this.#count) - 1;
  }

  bit(): number {
    return this.bits(1);
  }

  /** Goes on to the next whole byte. */
  align(): void {
    this.#count -= this.#count % 8;
    this.#buffer &= (1 << this.#count) - 1;
  }

  /** Bytes that are left behind a whole byte. */
  get left(): number {
    return this.#bytes.length - this.#at + Math.floor(this.#count / 8);
  }
}
