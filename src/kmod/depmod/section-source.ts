import { fstatSync, readSync } from 'node:fs';

/** Bytes of a module that are wanted piece by piece. */
export interface SectionSource {
  /** Of the whole file, uncompressed. */
  readonly size: number;
  /** Holds what was asked for. Another one after {@link at} had to make room. */
  readonly bytes: Buffer;
  /** The same, for integers. */
  readonly view: DataView;
  /** The file has at least so many bytes. */
  reaches(end: number): boolean;
  /** These bytes of the file stand in {@link bytes} already. */
  has(offset: number, length: number): boolean;
  /** Where in {@link bytes} the `length` bytes of the file from `offset` stand, which must lie within the file. */
  at(offset: number, length: number): number;
  /** Has the bytes around `offset` and those up to the file's end, if it is near, read at once: they will be wanted. */
  readEnd(offset: number, length: number): void;
}

/** A piece of a source; it holds as long as the source's bytes do. */
export function readPiece(source: SectionSource, offset: number, length: number): Buffer {
  const start = source.at(offset, length);
  return source.bytes.subarray(start, start + length);
}

/** The first read: half of all modules are not larger. */
const FIRST = 32 << 10;
/** The section names stand before the section headers, a signature behind them. */
const BEFORE_END = 2 << 10;
const BEHIND_END = 4 << 10;
/** No file has this many bytes: 2^52. */
const LARGEST = 0x10_0000_0000_0000;

/** Kept from file to file, so that reading allocates nothing. */
let scratch = Buffer.allocUnsafeSlow(1 << 17);
let scratchView = viewOf(scratch);

/**
 * An open file, of which only what is asked for is read. Only one at a time can be in use. Fails with the system's error;
 * a file that became shorter reads as zeros.
 */
export class FileSource implements SectionSource {
  readonly #fd: number;
  /** Start and end in the file, place in the bytes, of each piece. */
  readonly #pieces: number[];
  #used: number;
  /** The file has at least so many bytes. */
  #least: number;
  /** Negative: not known yet. */
  #size: number;

  constructor(fd: number) {
    this.#fd = fd;
    const count = readSync(fd, scratch, 0, FIRST, 0);
    this.#least = count;
    this.#size = count < FIRST ? count : -1;
    this.#pieces = [0, count, 0];
    this.#used = count;
  }

  get size(): number {
    if (this.#size < 0) this.#size = fstatSync(this.#fd).size;
    return this.#size;
  }

  get bytes(): Buffer {
    return scratch;
  }

  get view(): DataView {
    return scratchView;
  }

  reaches(end: number): boolean {
    return end <= this.#least || end <= this.size;
  }

  has(offset: number, length: number): boolean {
    return this.#find(offset, length) >= 0;
  }

  at(offset: number, length: number): number {
    const place = this.#find(offset, length);
    return place < 0 ? this.#read(offset, length) : place;
  }

  /** A read that comes back short has met the end, and spares asking for the size. */
  readEnd(offset: number, length: number): void {
    if (this.has(offset, length) || offset > LARGEST) return;
    const start = Math.max(0, offset - BEFORE_END);
    const wanted = offset + length + BEHIND_END - start;
    const place = this.#room(wanted);
    const count = readSync(this.#fd, scratch, place, wanted, start);
    if (count === 0) return;
    this.#take(start, count, place);
    this.#least = Math.max(this.#least, start + count);
    if (count < wanted) this.#size = start + count;
  }

  #find(offset: number, length: number): number {
    const pieces = this.#pieces;
    for (let i = 0; i < pieces.length; i += 3) {
      if (offset >= pieces[i]! && offset + length <= pieces[i + 1]!) return pieces[i + 2]! + offset - pieces[i]!;
    }
    return -1;
  }

  #read(offset: number, length: number): number {
    const place = this.#room(length);
    const count = readSync(this.#fd, scratch, place, length, offset);
    if (count < length) scratch.fill(0, place + count, place + length);
    this.#take(offset, length, place);
    return place;
  }

  /** Where the next piece goes. */
  #room(length: number): number {
    if (this.#used + length > scratch.length) grow(this.#used, this.#used + length);
    return this.#used;
  }

  #take(offset: number, length: number, place: number): void {
    this.#pieces.push(offset, offset + length, place);
    this.#used = place + length;
  }
}

function grow(used: number, least: number): void {
  const larger = Buffer.allocUnsafeSlow(Math.ceil(least * 1.25));
  scratch.copy(larger, 0, 0, used);
  scratch = larger;
  scratchView = viewOf(larger);
}

/** A file in memory. */
export class MemorySource implements SectionSource {
  readonly bytes: Buffer;
  readonly view: DataView;

  constructor(bytes: Uint8Array) {
    this.bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.view = viewOf(this.bytes);
  }

  get size(): number {
    return this.bytes.length;
  }

  reaches(end: number): boolean {
    return end <= this.bytes.length;
  }

  has(): boolean {
    return true;
  }

  at(offset: number, _length: number): number {
    return offset;
  }

  readEnd(): void {}
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
