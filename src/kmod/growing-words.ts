/** A list of 32-bit integers that grows as it is written to. */
export class GrowingWords {
  length = 0;
  /** The first {@link length} count; another array after it grew. */
  words: Int32Array<ArrayBuffer>;

  constructor(capacity: number) {
    this.words = new Int32Array(Math.max(capacity, 16));
  }

  push(word: number): void {
    if (this.length === this.words.length) this.#grow(this.length + 1);
    this.words[this.length++] = word;
  }

  append(words: Int32Array): void {
    if (this.length + words.length > this.words.length) this.#grow(this.length + words.length);
    this.words.set(words, this.length);
    this.length += words.length;
  }

  /** What has been written. */
  values(): Int32Array<ArrayBuffer> {
    return this.words.subarray(0, this.length);
  }

  #grow(least: number): void {
    const larger = new Int32Array(Math.max(this.words.length * 2, least));
    larger.set(this.words);
    this.words = larger;
  }
}
