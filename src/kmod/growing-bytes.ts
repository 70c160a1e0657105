/** So many bytes are sooner copied one by one than handed to the runtime. */
const SHORT = 96;
/** The same for the characters of a text. */
const SHORT_TEXT = 24;

/** A byte buffer that grows as it is written to; integers are big-endian, texts byte strings. */
export class GrowingBytes {
  length = 0;
  /** The first {@link length} bytes count; another buffer after it grew. */
  buffer: Buffer;
  /** The same memory, for integers. */
  view: DataView;

  constructor(capacity: number) {
    this.buffer = Buffer.allocUnsafeSlow(Math.max(capacity, 64));
    this.view = new DataView(this.buffer.buffer);
  }

  u8(value: number): void {
    if (this.length === this.buffer.length) this.#grow(1);
    this.buffer[this.length++] = value;
  }

  u32(value: number): void {
    this.reserve(4);
    this.view.setUint32(this.length, value);
    this.length += 4;
  }

  setU32(at: number, value: number): void {
    this.view.setUint32(at, value);
  }

  /** Room for so many numbers that are known later: where they are. */
  zeroWords(count: number): number {
    this.reserve(count * 4);
    const at = this.length;
    this.length += count * 4;
    for (let i = at; i < this.length; i += 4) this.view.setUint32(i, 0);
    return at;
  }

  /** A text without an end. */
  text(text: string): void {
    this.reserve(text.length);
    if (text.length > SHORT_TEXT) this.buffer.write(text, this.length, 'latin1');
    else for (let i = 0; i < text.length; i++) this.buffer[this.length + i] = text.charCodeAt(i);
    this.length += text.length;
  }

  /** `bytes[start, end)`. */
  range(bytes: Uint8Array, start: number, end: number): void {
    const count = end - start;
    this.reserve(count);
    const { buffer, length } = this;
    if (count > SHORT) buffer.set(bytes.subarray(start, end), length);
    else for (let i = 0; i < count; i++) buffer[length + i] = bytes[start + i]!;
    this.length = length + count;
  }

  /** What has been written. */
  bytes(): Buffer {
    return this.buffer.subarray(0, this.length);
  }

  /** Makes room for so many bytes more, which are then written in place. */
  reserve(more: number): void {
    if (this.length + more > this.buffer.length) this.#grow(more);
  }

  #grow(more: number): void {
    const larger = Buffer.allocUnsafeSlow(Math.max(this.buffer.length * 2, this.length + more));
    this.buffer.copy(larger, 0, 0, this.length);
    this.buffer = larger;
    this.view = new DataView(larger.buffer);
  }
}
