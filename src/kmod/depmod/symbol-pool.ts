import { ByteStrings } from '../byte-strings.ts';
import { GrowingWords } from '../growing-words.ts';

/** A pool's names as one piece of memory. */
export interface PooledNames {
  readonly bytes: Uint8Array;
  /** Where each name begins in `bytes`, and where the last one ends. */
  readonly starts: Int32Array;
  readonly hashes: Int32Array;
}

const HASH_START = 0x811c9dc5 | 0;
const HASH_FACTOR = 0x9e3779b1 | 0;

/** Numbers for symbol names: each distinct name is kept once, as bytes; no string is made until one is asked for. */
export class SymbolPool {
  /** Number i is string i. */
  readonly names = new ByteStrings(1 << 15, 1 << 20);
  readonly #hashes = new GrowingWords(1 << 15);
  #table = new Int32Array(1 << 17);

  /** How many names there are; their numbers are below it. */
  get size(): number {
    return this.#hashes.length;
  }

  /**
   * The number of the name that starts at `start` and ends before the first NUL, or at `limit`. Four bytes are hashed at
   * a time, the rest one by one.
   */
  intern(bytes: DataView, start: number, limit: number): number {
    let hash = HASH_START;
    let end = start;
    for (; end + 4 <= limit; end += 4) {
      const word = bytes.getInt32(end, true);
      /* Not 0 when one of the four bytes is. */
      if (((word - 0x01010101) & ~word & 0x80808080) !== 0) break;
      hash = Math.imul(hash ^ word, HASH_FACTOR);
      hash ^= hash >>> 15;
    }
    for (; end < limit; end++) {
      const byte = bytes.getUint8(end);
      if (byte === 0) break;
      hash = Math.imul(hash ^ byte, HASH_FACTOR);
      hash ^= hash >>> 15;
    }
    return this.#intern(bytes, start, end, hash);
  }

  /** The number of a name given as a byte string. */
  internString(name: string): number {
    const bytes = Buffer.from(name, 'latin1');
    return this.intern(new DataView(bytes.buffer, bytes.byteOffset, bytes.length), 0, bytes.length);
  }

  name(id: number): string {
    return this.names.bytes.buffer.toString('latin1', this.names.start(id), this.names.start(id + 1));
  }

  /** First byte of the name; 0 for the empty one. */
  firstByte(id: number): number {
    const start = this.names.start(id);
    return start === this.names.start(id + 1) ? 0 : this.names.bytes.buffer[start]!;
  }

  export(): PooledNames {
    const { bytes, starts } = this.names;
    return { bytes: bytes.bytes(), starts: starts.values(), hashes: this.#hashes.values() };
  }

  /** Takes in the names of another pool: the number here by the number there. */
  absorb({ bytes, starts, hashes }: PooledNames): Int32Array {
    const numbers = new Int32Array(hashes.length);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    for (let i = 0; i < numbers.length; i++) {
      numbers[i] = this.#intern(view, starts[i]!, starts[i + 1]!, hashes[i]!);
    }
    return numbers;
  }

  /** Takes over the names of another pool with their numbers; this one must be empty. */
  adopt({ bytes, starts, hashes }: PooledNames): void {
    this.names.bytes.range(bytes, 0, bytes.length);
    this.names.starts.append(starts.subarray(1));
    this.#hashes.append(hashes);
    this.#rehash();
  }

  #intern(bytes: DataView, start: number, end: number, hash: number): number {
    const table = this.#table;
    const hashes = this.#hashes.words;
    const mask = table.length - 1;
    let slot = hash & mask;
    for (let id = table[slot]! - 1; id >= 0; id = table[slot]! - 1) {
      if (hashes[id] === hash && this.#equals(id, bytes, start, end)) return id;
      slot = (slot + 1) & mask;
    }
    return this.#add(bytes, start, end, hash, slot);
  }

  #equals(id: number, bytes: DataView, start: number, end: number): boolean {
    const { words } = this.names.starts;
    const known = this.names.bytes.view;
    let at = words[id]!;
    if (words[id + 1]! - at !== end - start) return false;
    let from = start;
    for (; from + 4 <= end; from += 4, at += 4) {
      if (known.getInt32(at, true) !== bytes.getInt32(from, true)) return false;
    }
    for (; from < end; from++, at++) {
      if (known.getUint8(at) !== bytes.getUint8(from)) return false;
    }
    return true;
  }

  #add(bytes: DataView, start: number, end: number, hash: number, slot: number): number {
    const id = this.#hashes.length;
    const { bytes: names } = this.names;
    names.reserve(end - start);
    for (let from = start; from < end; from++) names.buffer[names.length++] = bytes.getUint8(from);
    this.names.end();
    this.#hashes.push(hash);
    this.#table[slot] = id + 1;
    if (this.#hashes.length * 2 > this.#table.length) this.#rehash();
    return id;
  }

  #rehash(): void {
    let size = this.#table.length;
    while (size < this.#hashes.length * 2) size *= 2;
    const table = new Int32Array(size);
    const mask = table.length - 1;
    for (let id = 0; id < this.#hashes.length; id++) {
      let slot = this.#hashes.words[id]! & mask;
      while (table[slot] !== 0) slot = (slot + 1) & mask;
      table[slot] = id + 1;
    }
    this.#table = table;
  }
}
