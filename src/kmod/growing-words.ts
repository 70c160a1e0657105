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

  /** Four numbers that belong together. */
  pushFour(one: number, two: number, three: number, four: number): void {
    const at = this.length;
    if (at + 4 > this.words.length) this.#grow(at + 4);
    const { words } = this;
    words[at] = one;
    words[at + 1] = two;
    words[at + 2] = three;
    words[at + 3] = four;
    this.length = at + 4;
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
