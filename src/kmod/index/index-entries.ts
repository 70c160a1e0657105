import { GrowingBytes } from '../growing-bytes.ts';
import { GrowingWords } from '../growing-words.ts';

/** Words of an entry: where its key begins, where its value begins and ends, its priority. */
export const ENTRY = { WORDS: 4, KEY: 0, VALUE: 1, VALUE_END: 2, PRIORITY: 3 } as const;

/** The entries of an index that is to be written, in rows of numbers: no object and no string an entry. */
export class IndexEntries {
  /** The keys, each with a NUL behind it. ASCII. */
  readonly keys: GrowingBytes;
  /** ENTRY.WORDS an entry. Of one key's values, those with a lower priority come first. */
  readonly rows: GrowingWords;
  /** What the values are pieces of. */
  readonly valueBytes: Uint8Array;
  #nextKey = 0;

  constructor(valueBytes: Uint8Array, count: number, keyLength: number) {
    this.valueBytes = valueBytes;
    this.keys = new GrowingBytes(keyLength);
    this.rows = new GrowingWords(count * ENTRY.WORDS);
  }

  get count(): number {
    return this.rows.length / ENTRY.WORDS;
  }

  /** Where in {@link keys} the next entry's key begins. */
  get nextKey(): number {
    return this.#nextKey;
  }

  /** Adds an entry whose key was written to {@link keys} since the last one. */
  add(valueStart: number, valueEnd: number, priority: number): void {
    this.keys.u8(0);
    this.rows.pushFour(this.#nextKey, valueStart, valueEnd, priority);
    this.#nextKey = this.keys.length;
  }
}
