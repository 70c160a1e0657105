import { byteString } from '../../elf/c-string.ts';
import type { ByteSource } from './byte-source.ts';
import { viewOf } from './bytes.ts';

const PAGE_BITS = 16;
const PAGE_SIZE = 1 << PAGE_BITS;

/** Reads a large section here and there: only the pages that are touched are fetched, each once. */
export class PagedBytes {
  readonly size: number;
  readonly #source: ByteSource;
  readonly #pages = new Map<number, DataView>();
  #lastNumber = -1;
  #last = viewOf(new Uint8Array(0));

  constructor(source: ByteSource) {
    this.size = source.size;
    this.#source = source;
  }

  /** Requires `at + 1 <= size`. */
  u8(at: number): number {
    return this.#page(at >>> PAGE_BITS).getUint8(at % PAGE_SIZE);
  }

  /** Requires `at + 4 <= size`. */
  u32(at: number, littleEndian: boolean): number {
    const offset = at % PAGE_SIZE;
    if (offset <= PAGE_SIZE - 4) return this.#page(at >>> PAGE_BITS).getUint32(offset, littleEndian);
    return viewOf(this.#source.read(at, 4)).getUint32(0, littleEndian);
  }

  /** The NUL-terminated byte string at `at`, which ends before `limit` at the latest. Requires `limit <= size`. */
  cString(at: number, limit: number): string {
    let text = '';
    for (let start = at; start < limit; ) {
      const page = this.#page(start >>> PAGE_BITS);
      const bytes = new Uint8Array(page.buffer, page.byteOffset, page.byteLength);
      const offset = start % PAGE_SIZE;
      const end = Math.min(bytes.length, offset + limit - start);
      const nul = bytes.indexOf(0, offset);
      if (nul >= 0 && nul < end) return text + byteString(bytes, offset, nul);
      text += byteString(bytes, offset, end);
      start += end - offset;
    }
    return text;
  }

  /** Compares a text without NUL with the NUL-terminated one at `at`, which ends before `limit`: as memcmp would. */
  compareCString(text: string, at: number, limit: number): number {
    let page = this.#page(at >>> PAGE_BITS);
    for (let i = 0, offset = at % PAGE_SIZE; ; i++, offset++) {
      if (offset === PAGE_SIZE && at + i < limit) {
        page = this.#page((at + i) >>> PAGE_BITS);
        offset = 0;
      }
      const byte = at + i < limit ? page.getUint8(offset) : 0;
      if (i === text.length) return byte === 0 ? 0 : -1;
      const difference = text.charCodeAt(i) - byte;
      if (difference !== 0) return difference;
    }
  }

  #page(number: number): DataView {
    if (number === this.#lastNumber) return this.#last;
    let page = this.#pages.get(number);
    if (!page) {
      const start = number * PAGE_SIZE;
      page = viewOf(this.#source.read(start, Math.min(PAGE_SIZE, this.size - start)));
      this.#pages.set(number, page);
    }
    this.#lastNumber = number;
    this.#last = page;
    return page;
  }
}
