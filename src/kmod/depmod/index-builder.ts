import type { GrowingBytes } from '../growing-bytes.ts';
import { IndexEntries } from '../index/index-entries.ts';
import { writeIndexEntries } from '../index/index-writer.ts';
import type { DepmodLog } from './depmod-log.ts';

/** What an index is about, as `-w` names it. */
type IndexKind = 'deps' | 'alias' | 'syms';

/** How the entries of an index are to be taken. */
export interface IndexOptions {
  readonly log: DepmodLog;
  /** `-w` */
  readonly warnDuplicates: boolean;
}

/** Collects the entries of one index, with kmod's warnings. */
export class IndexBuilder {
  /** Where the next key is written. */
  readonly keys: GrowingBytes;
  readonly #entries: IndexEntries;
  readonly #kind: IndexKind;
  readonly #log: DepmodLog;
  readonly #known: Set<string> | undefined;

  /** `valueBytes`: what all values are pieces of. */
  constructor(kind: IndexKind, valueBytes: Uint8Array, count: number, { log, warnDuplicates }: IndexOptions) {
    this.#entries = new IndexEntries(valueBytes, count, count * 32);
    this.keys = this.#entries.keys;
    this.#kind = kind;
    this.#log = log;
    this.#known = warnDuplicates ? new Set() : undefined;
  }

  /** An entry whose key was written to {@link keys} since the last one. One that is not ASCII is left out (kmod gives up). */
  add(valueStart: number, valueEnd: number, priority: number): void {
    const { keys } = this;
    const keyStart = this.#entries.nextKey;
    const foreign = firstForeign(keys, keyStart);
    if (foreign >= 0) {
      const character = `'${String.fromCharCode(foreign)}'=0x${foreign.toString(16)}`;
      const key = this.#key(keyStart);
      this.#log.warning(`Module index: bad character ${character} - only 7-bit ASCII is supported:\n${key}`);
      keys.length = keyStart;
      return;
    }
    if (this.#known !== undefined) this.#warnOfDuplicate(this.#key(keyStart), valueStart, valueEnd);
    this.#entries.add(valueStart, valueEnd, priority);
  }

  bytes(): Uint8Array {
    return writeIndexEntries(this.#entries);
  }

  #key(start: number): string {
    return this.keys.buffer.toString('latin1', start, this.keys.length);
  }

  #warnOfDuplicate(key: string, valueStart: number, valueEnd: number): void {
    if (this.#known!.has(key)) {
      const value = Buffer.from(this.#entries.valueBytes.subarray(valueStart, valueEnd)).toString('latin1');
      const line = this.#kind === 'deps' ? value : `${key} ${value}`;
      this.#log.warning(`duplicate module ${this.#kind}:\n${line}`);
    }
    this.#known!.add(key);
  }
}

/** The first byte from `start` on that is not ASCII (`INDEX_CHILDMAX` and above); -1: there is none. */
function firstForeign({ buffer, view, length }: GrowingBytes, start: number): number {
  let at = start;
  while (at + 4 <= length && (view.getInt32(at) & 0x80808080) === 0) at += 4;
  for (; at < length; at++) if (buffer[at]! >= 0x80) return buffer[at]!;
  return -1;
}
