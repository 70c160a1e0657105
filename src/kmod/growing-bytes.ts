/** So many bytes are sooner copied one by one than handed to the runtime. */
const SHORT = 96;
/** The same for the characters of a text. */
const SHORT_TEXT = 24;

/** A byte buffer that grows as it is written to; integers are big-endian, texts byte strings. */
export class GrowingBytes {
  length = 0;
  /** The first {@link length} bytes count; another buffer after it grew. */
  buffer: Buffer;

  constructor(capacity: number) {
    this.buffer = Buffer.allocUnsafeSlow(Math.max(capacity, 64));
  }

  u8(value: number): void {
    if (this.length === this.buffer.length) this.#grow(1);
    this.buffer[this.length++] = value;
  }

  u32(value: number): void {
    this.#reserve(4);
    this.setU32(this.length, value);
    this.length += 4;
  }

  setU32(at: number, value: number): void {
    this.buffer[at] = value >>> 24;
    this.buffer[at + 1] = value >>> 16;
    this.buffer[at + 2] = value >>> 8;
    this.buffer[at + 3] = value;
  }

  /** Room for what is known later: where it is. */
  zeros(count: number): number {
    this.#reserve(count);
    const at = this.length;
    this.buffer.fill(0, at, at + count);
    this.length += count;
    return at;
  }

  /** A text without an end. */
  text(text: string): void {
    this.#reserve(text.length);
    if (text.length > SHORT_TEXT) this.buffer.write(text, this.length, 'latin1');
    else for (let i = 0; i < text.length; i++) this.buffer[this.length + i] = text.charCodeAt(i);
    this.length += text.length;
  }

  /** `bytes[start, end)`. */
  range(bytes: Uint8Array, start: number, end: number): void {
    const count = end - start;
    this.#reserve(count);
    const { buffer, length } = this;
    if (count > SHORT) buffer.set(bytes.subarray(start, end), length);
    else for (let i = 0; i < count; i++) buffer[length + i] = bytes[start + i]!;
    this.length = length + count;
  }

  /** What has been written. */
  bytes(): Buffer {
    return this.buffer.subarray(0, this.length);
  }

  #reserve(more: number): void {
    if (this.length + more > this.buffer.length) this.#grow(more);
  }

  #grow(more: number): void {
    const larger = Buffer.allocUnsafeSlow(Math.max(this.buffer.length * 2, this.length + more));
    this.buffer.copy(larger, 0, 0, this.length);
    this.buffer = larger;
  }
}
