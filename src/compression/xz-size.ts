import { CompressionError } from './compression-error.ts';

const STREAM_HEADER_SIZE = 12;
const STREAM_FOOTER_SIZE = 12;
const MAGIC = [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00];
/** Bytes of a block's check by the check's id: xz file format, 2.1.1.2. */
const CHECK_SIZE = [0, 4, 4, 4, 8, 8, 8, 16, 16, 16, 32, 32, 32, 64, 64, 64];

const align4 = (at: number): number => (at + 3) & ~3;

/**
 * The exact size of what an `.xz` file holds, from its LZMA2 chunk headers: nothing is decoded, and no decoder can put
 * out more. Fails with CompressionError when the file is cut off or no chunk stands where one must.
 * Source: The .xz File Format 1.1.0; LZMA2 chunks as in lib/xz/xz_dec_lzma2.c of Linux.
 */
export function xzUncompressedSize(bytes: Uint8Array): number {
  let size = 0;
  let at = 0;
  while (isStream(bytes, at)) {
    const blocks = walkBlocks(bytes, at + STREAM_HEADER_SIZE, CHECK_SIZE[byteAt(bytes, at + 7) & 0xf]!);
    size += blocks.size;
    at = skipIndex(bytes, blocks.end) + STREAM_FOOTER_SIZE;
    while (at + 4 <= bytes.length && bytes[at] === 0) at += 4;
  }
  return size;
}

interface Walked {
  readonly size: number;
  readonly end: number;
}

function walkBlocks(bytes: Uint8Array, start: number, checkSize: number): Walked {
  let size = 0;
  let at = start;
  for (let header = byteAt(bytes, at); header !== 0; header = byteAt(bytes, at)) {
    const chunks = walkChunks(bytes, at + (header + 1) * 4);
    size += chunks.size;
    at += align4(chunks.end - at) + checkSize;
  }
  return { size, end: at };
}

function walkChunks(bytes: Uint8Array, start: number): Walked {
  let size = 0;
  let at = start;
  for (let control = byteAt(bytes, at); control !== 0; control = byteAt(bytes, at)) {
    const compressed = control >= 0x80;
    if (!compressed && control > 2) throw new CompressionError('xz: damaged data');
    const low = u16(bytes, at + 1) + 1;
    size += compressed ? ((control & 0x1f) << 16) + low : low;
    at += compressed ? 5 + (control >= 0xc0 ? 1 : 0) + u16(bytes, at + 3) + 1 : 3 + low;
  }
  return { size, end: at + 1 };
}

/** The index lists the blocks; the stream's footer says how long it is, but only going through it finds the footer. */
function skipIndex(bytes: Uint8Array, start: number): number {
  let at = start + 1;
  const number = (): number => {
    let value = 0;
    for (let shift = 1; ; shift *= 128) {
      const byte = byteAt(bytes, at++);
      value += (byte & 0x7f) * shift;
      if (byte < 0x80) return value;
    }
  };
  for (let records = number(); records > 0; records--) {
    number();
    number();
  }
  return start + align4(at - start) + 4;
}

function isStream(bytes: Uint8Array, at: number): boolean {
  return MAGIC.every((byte, i) => bytes[at + i] === byte);
}

function byteAt(bytes: Uint8Array, at: number): number {
  const byte = bytes[at];
  if (byte === undefined) throw new CompressionError('xz: unexpected end of data');
  return byte;
}

function u16(bytes: Uint8Array, at: number): number {
  return byteAt(bytes, at) * 256 + byteAt(bytes, at + 1);
}
