import { readSync } from 'node:fs';

/** Bytes of a module that are wanted piece by piece. */
export interface SectionSource {
  /** Of the whole file, uncompressed. */
  readonly size: number;
  /** `length` bytes from `offset`, which must lie within the file; valid until the next read with the same slot. */
  read(slot: number, offset: number, length: number): Buffer;
}

const SLOTS = 6;

/** Buffers that are kept from file to file, so that reading allocates nothing. */
const scratch: Buffer[] = Array.from({ length: SLOTS }, () => Buffer.allocUnsafeSlow(1 << 14));

function slotBuffer(slot: number, length: number): Buffer {
  if (scratch[slot]!.length < length) scratch[slot] = Buffer.allocUnsafeSlow(length * 2);
  return scratch[slot]!;
}

/** Pieces of an open file. Fails with the system's error; a file that became shorter reads as zeros. */
export class FileSource implements SectionSource {
  readonly size: number;
  readonly #fd: number;

  constructor(fd: number, size: number) {
    this.#fd = fd;
    this.size = size;
  }

  read(slot: number, offset: number, length: number): Buffer {
    const buffer = slotBuffer(slot, length);
    const count = readSync(this.#fd, buffer, 0, length, offset);
    if (count < length) buffer.fill(0, count, length);
    return buffer.subarray(0, length);
  }
}

/** Pieces of a file in memory. */
export class MemorySource implements SectionSource {
  readonly #bytes: Buffer;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get size(): number {
    return this.#bytes.length;
  }

  read(_slot: number, offset: number, length: number): Buffer {
    return this.#bytes.subarray(offset, offset + length);
  }
}
