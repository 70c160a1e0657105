const LEAST = 1 << 20;

/** Memory for the output of a decoder, used again for each file: what stands in it holds until the next one. */
export class OutputRoom {
  #bytes = Buffer.alloc(0);

  /** At least so many bytes. */
  take(size: number): Buffer {
    if (size > this.#bytes.length) this.#bytes = Buffer.allocUnsafeSlow(Math.ceil(Math.max(size, 1) / LEAST) * LEAST);
    return this.#bytes;
  }
}
