import { GrowingBytes } from './growing-bytes.ts';
import { GrowingWords } from './growing-words.ts';

/** The entries of an index that is to be written, in columns: no object and no string an entry. */
export class IndexEntries {
  /** The keys, each with a NUL behind it. ASCII. */
  readonly keys: GrowingBytes;
  /** Where each key begins. */
  readonly keyStarts: GrowingWords;
  /** Each value's place in {@link valueBytes}. */
  readonly valueStarts: GrowingWords;
  readonly valueEnds: GrowingWords;
  /** Of one key's values, those with a lower one come first. */
  readonly priorities: GrowingWords;
  /** What the values are pieces of. */
  readonly valueBytes: Uint8Array;
  #nextKey = 0;

  constructor(valueBytes: Uint8Array, count: number, keyLength: number) {
    this.valueBytes = valueBytes;
    this.keys = new GrowingBytes(keyLength);
    this.keyStarts = new GrowingWords(count);
    this.valueStarts = new GrowingWords(count);
    this.valueEnds = new GrowingWords(count);
    this.priorities = new GrowingWords(count);
  }

  get count(): number {
    return this.keyStarts.length;
  }

  /** Where in {@link keys} the next entry's key begins. */
  get nextKey(): number {
    return this.#nextKey;
  }

  /** Adds an entry whose key was written to {@link keys} since the last one. */
  add(valueStart: number, valueEnd: number, priority: number): void {
    this.keys.u8(0);
    this.keyStarts.push(this.#nextKey);
    this.#nextKey = this.keys.length;
    this.valueStarts.push(valueStart);
    this.valueEnds.push(valueEnd);
    this.priorities.push(priority);
  }
}
