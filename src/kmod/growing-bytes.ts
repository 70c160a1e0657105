/** A text up to this long is sooner written byte by byte than handed to the runtime. */
const SHORT = 24;

/** A byte buffer that grows as it is written to; integers are big-endian, texts byte strings. */
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
    this.#buffer[at] = value >>> 24;
    this.#buffer[at + 1] = value >>> 16;
    this.#buffer[at + 2] = value >>> 8;
    this.#buffer[at + 3] = value;
  }

  /** Room for what is known later: where it is. */
  zeros(count: number): number {
    this.#reserve(count);
    const at = this.length;
    this.#buffer.fill(0, at, at + count);
    this.length += count;
    return at;
  }

  /** A text without an end. */
  text(text: string): void {
    this.#reserve(text.length);
    if (text.length > SHORT) this.#buffer.write(text, this.length, 'latin1');
    else for (let i = 0; i < text.length; i++) this.#buffer[this.length + i] = text.charCodeAt(i);
    this.length += text.length;
  }

  /** A text and a final NUL. */
  string(text: string): void {
    this.text(text);
    this.u8(0);
  }

  /** `bytes[start, end)` and a final NUL. */
  cString(bytes: Uint8Array, start: number, end: number): void {
    this.#reserve(end - start + 1);
    for (let at = start; at < end; at++) this.#buffer[this.length++] = bytes[at]!;
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
