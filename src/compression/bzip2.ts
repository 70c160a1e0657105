import { BitReader } from './bit-reader.ts';
import { readBlock } from './bzip2-block.ts';
import { CompressionError, DecompressedTooLarge, type Flaw, NotDecoded, PartlyDecoded } from './compression-error.ts';

const BLOCK_MAGIC = 0x314159265359;
const END_MAGIC = 0x177245385090;
const LEVEL_SIZE = 100_000;
/** As many equal bytes, and the next byte says how many more follow. */
const RUN = 4;

/** Decodes a bzip2 file of one or more streams. Fails with PartlyDecoded. Source: the format as bzip2 1.0.8 writes it. */
export function decodeBzip2(bytes: Uint8Array, limit: number): Uint8Array {
  const reader = new BitReader(bytes, 0);
  const output = new Output(limit);
  try {
    do readStream(reader, output);
    while (startsStream(bytes, bytes.length - reader.left));
  } catch (error) {
    if (!(error instanceof CompressionError) || error instanceof NotDecoded) throw error;
    const flaw: Flaw = error instanceof WrongChecksum ? 'checksum' : reader.exhausted ? 'end' : 'data';
    throw new PartlyDecoded(error.message, flaw, output.bytes());
  }
  return output.bytes();
}

class WrongChecksum extends CompressionError {}

/** What stands behind a stream and is none is passed over, as bzip2(1) does. */
function startsStream(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === 0x42 && bytes[at + 1] === 0x5a && bytes[at + 2] === 0x68;
}

function readStream(reader: BitReader, output: Output): void {
  const magic = reader.bits(24);
  const level = reader.bits(8) - 0x30;
  if (magic !== 0x425a68 || level < 1 || level > 9) throw new CompressionError('bzip2: damaged data');
  for (;;) {
    const marker = reader.bits(24) * 0x1000000 + reader.bits(24);
    const crc = reader.bits(16) * 0x10000 + reader.bits(16);
    if (reader.exhausted) throw new CompressionError('bzip2: unexpected end of data');
    if (marker === END_MAGIC) {
      reader.align();
      return;
    }
    if (marker !== BLOCK_MAGIC) throw new CompressionError('bzip2: damaged data');
    if (output.add(readBlock(reader, level * LEVEL_SIZE)) !== crc) throw new WrongChecksum('bzip2: damaged data');
  }
}

/** What is decoded so far, with the runs of the first stage written out. */
class Output {
  #bytes = new Uint8Array(1 << 20);
  #length = 0;
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Adds a block and gives its CRC. */
  add(block: Uint8Array): number {
    const start = this.#length;
    let equal = 0;
    let last = -1;
    for (let i = 0; i < block.length; i++) {
      const byte = block[i]!;
      if (equal === RUN) {
        this.#put(last, byte);
        equal = 0;
        last = -1;
        continue;
      }
      equal = byte === last ? equal + 1 : 1;
      last = byte;
      this.#put(byte, 1);
    }
    return crc32(this.#bytes.subarray(start, this.#length));
  }

  bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  #put(byte: number, count: number): void {
    const end = this.#length + count;
    if (end > this.#limit) throw new DecompressedTooLarge('bzip2', this.#limit);
    if (end > this.#bytes.length) {
      const larger = new Uint8Array(this.#bytes.length * 2);
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    if (count === 1) this.#bytes[this.#length] = byte;
    else this.#bytes.fill(byte, this.#length, end);
    this.#length = end;
  }
}

/** CRC-32 with its bits the other way round than zlib's. */
const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 24;
  for (let i = 0; i < 8; i++) crc = crc & 0x80000000 ? (crc << 1) ^ 0x04c11db7 : crc << 1;
  return crc;
});

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (let i = 0; i < bytes.length; i++) crc = (crc << 8) ^ CRC_TABLE[(crc >>> 24) ^ bytes[i]!]!;
  return ~crc >>> 0;
}
