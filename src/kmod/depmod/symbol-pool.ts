/** Numbers for symbol names: each distinct name is kept once, as bytes; no string is made until one is asked for. */
export class SymbolPool {
  #bytes = Buffer.alloc(1 << 20);
  #end = 0;
  /** Symbol i has bytes [#starts[i], #starts[i + 1]). */
  #starts = new Int32Array(1 << 15);
  #hashes = new Int32Array(1 << 15);
  #table = new Int32Array(1 << 16);
  #size = 0;

  /** How many names there are; their numbers are below it. */
  get size(): number {
    return this.#size;
  }

  /** The number of the name that starts at `start` and ends before the first NUL, or at `limit`. */
  intern(bytes: Uint8Array, start: number, limit: number): number {
    let hash = 0x811c9dc5;
    let end = start;
    for (; end < limit; end++) {
      const byte = bytes[end]!;
      if (byte === 0) break;
      hash = Math.imul(hash ^ byte, 0x01000193);
    }
    const slot = this.#slot(bytes, start, end, hash);
    const known = this.#table[slot]!;
    return known !== 0 ? known - 1 : this.#add(bytes, start, end, hash, slot);
  }

  /** The number of a name given as a byte string. */
  internString(name: string): number {
    const bytes = Buffer.from(name, 'latin1');
    return this.intern(bytes, 0, bytes.length);
  }

  name(id: number): string {
    return this.#bytes.toString('latin1', this.#starts[id]!, this.#starts[id + 1]!);
  }

  /** First byte of the name; 0 for the empty one. */
  firstByte(id: number): number {
    return this.#starts[id] === this.#starts[id + 1] ? 0 : this.#bytes[this.#starts[id]!]!;
  }

  /** All names as bytes, and where each begins (one more entry than names): what {@link absorb} takes. */
  export(): { bytes: Uint8Array; starts: Int32Array } {
    return { bytes: this.#bytes.subarray(0, this.#end), starts: this.#starts.subarray(0, this.#size + 1) };
  }

  /** Takes in the names of another pool: the number here by the number there. */
  absorb(bytes: Uint8Array, starts: Int32Array): Int32Array {
    const numbers = new Int32Array(Math.max(starts.length - 1, 0));
    for (let i = 0; i < numbers.length; i++) numbers[i] = this.intern(bytes, starts[i]!, starts[i + 1]!);
    return numbers;
  }

  #slot(bytes: Uint8Array, start: number, end: number, hash: number): number {
    const mask = this.#table.length - 1;
    let slot = (hash ^ (hash >>> 15)) & mask;
    for (let id = this.#table[slot]! - 1; id >= 0; id = this.#table[slot]! - 1) {
      if (this.#hashes[id] === hash && this.#equals(id, bytes, start, end)) break;
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  #equals(id: number, bytes: Uint8Array, start: number, end: number): boolean {
    let at = this.#starts[id]!;
    if (this.#starts[id + 1]! - at !== end - start) return false;
    for (let i = start; i < end; i++) {
      if (this.#bytes[at++] !== bytes[i]) return false;
    }
    return true;
  }

  #add(bytes: Uint8Array, start: number, end: number, hash: number, slot: number): number {
    const id = this.#size++;
    this.#reserve(end - start);
    this.#bytes.set(bytes.subarray(start, end), this.#end);
    this.#end += end - start;
    this.#starts[id + 1] = this.#end;
    this.#hashes[id] = hash;
    this.#table[slot] = id + 1;
    if (this.#size * 2 > this.#table.length) this.#rehash();
    return id;
  }

  #reserve(more: number): void {
    while (this.#end + more > this.#bytes.length) {
      this.#bytes = Buffer.concat([this.#bytes], this.#bytes.length * 2);
    }
    if (this.#size + 1 < this.#starts.length) return;
    this.#starts = grown(this.#starts);
    this.#hashes = grown(this.#hashes);
  }

  #rehash(): void {
    const table = new Int32Array(this.#table.length * 2);
    const mask = table.length - 1;
    for (let id = 0; id < this.#size; id++) {
      const hash = this.#hashes[id]!;
      let slot = (hash ^ (hash >>> 15)) & mask;
      while (table[slot] !== 0) slot = (slot + 1) & mask;
      table[slot] = id + 1;
    }
    this.#table = table;
  }
}

function grown(array: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(array.length * 2);
  larger.set(array);
  return larger;
}
