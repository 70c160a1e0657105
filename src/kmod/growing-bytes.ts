/** A byte buffer that grows as it is written to; integers are big-endian. */
export class GrowingBytes {
  length = 0;
  #buffer: Buffer;

  constructor(capacity: number) {
    this.#buffer = Buffer.allocUnsafe(Math.max(capacity, 64));
  }

  u8(value: number): void {
    this.#reserve(1);
    this.#buffer[this.length++] = value;
  }

  u32(value: number): void {
    this.#reserve(4);
    this.setU32(this.length, value);
    this.length += 4;
  }

  setU32(at: number, value: number): void {
    this.#buffer.writeUInt32BE(value, at);
  }

  /** A byte string and a final NUL. */
  string(text: string): void {
    this.#reserve(text.length + 1);
    this.#buffer.write(text, this.length, 'latin1');
    this.length += text.length;
    this.#buffer[this.length++] = 0;
  }

  /** What has been written. */
  bytes(): Uint8Array {
    return this.#buffer.subarray(0, this.length);
  }

  #reserve(more: number): void {
    if (this.length + more <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, this.length + more));
    this.#buffer.copy(larger, 0, 0, this.length);
    this.#buffer = larger;
  }
}
