import { fstatSync, readSync } from 'node:fs';

/** Bytes of a module that are wanted piece by piece. */
export interface SectionSource {
  /** Of the whole file, uncompressed. */
  readonly size: number;
  /** Holds what was asked for. Another one after {@link at} had to make room. */
  readonly bytes: Buffer;
  /** The same, for integers. */
  readonly view: DataView;
  /** Where in {@link bytes} the `length` bytes of the file from `offset` stand, which must lie within the file. */
  at(offset: number, length: number): number;
}

/** A piece of a source; it holds as long as the source's bytes do. */
export function readPiece(source: SectionSource, offset: number, length: number): Buffer {
  const start = source.at(offset, length);
  return source.bytes.subarray(start, start + length);
}

/** The first read: half of all modules are not larger. */
const FIRST = 1 << 15;

/** Kept from file to file, so that reading allocates nothing. */
let scratch = Buffer.allocUnsafeSlow(1 << 17);
let scratchView = viewOf(scratch);

/**
 * An open file, of which only what is asked for is read. Only one at a time can be in use. Fails with the system's error;
 * a file that became shorter reads as zeros.
 */
export class FileSource implements SectionSource {
  readonly size: number;
  readonly #fd: number;
  /** Start and end in the file, place in the bytes, of each piece. */
  readonly #pieces: number[];
  #used: number;

  constructor(fd: number) {
    this.#fd = fd;
    const count = readSync(fd, scratch, 0, FIRST, 0);
    this.size = count < FIRST ? count : fstatSync(fd).size;
    this.#pieces = [0, count, 0];
    this.#used = count;
  }

  get bytes(): Buffer {
    return scratch;
  }

  get view(): DataView {
    return scratchView;
  }

  at(offset: number, length: number): number {
    const pieces = this.#pieces;
    for (let i = 0; i < pieces.length; i += 3) {
      if (offset >= pieces[i]! && offset + length <= pieces[i + 1]!) return pieces[i + 2]! + offset - pieces[i]!;
    }
    return this.#read(offset, length);
  }

  #read(offset: number, length: number): number {
    const place = this.#used;
    if (place + length > scratch.length) grow(place, place + length);
    const count = readSync(this.#fd, scratch, place, length, offset);
    if (count < length) scratch.fill(0, place + count, place + length);
    this.#pieces.push(offset, offset + length, place);
    this.#used = place + length;
    return place;
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

  at(offset: number, _length: number): number {
    return offset;
  }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
