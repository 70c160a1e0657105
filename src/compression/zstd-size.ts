import { CompressionError } from './compression-error.ts';

const MAGIC = 0xfd2fb528;
/** Low four bits free: skippable frames. */
const SKIPPABLE_MAGIC = 0x184d2a50;
const BLOCK_SIZE_MAX = 128 * 1024;
const DICTIONARY_ID_SIZE = [0, 1, 2, 4];
const BLOCK_RAW = 0;
const BLOCK_RLE = 1;

/**
 * How many bytes zstd frames can hold at most, from frame and block headers: exact where the frame says its size.
 * Nothing is decoded. Fails with CompressionError when the data is cut off.
 * Source: RFC 8878, 3.1.1.
 */
export function zstdSizeBound(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let size = 0;
  let at = 0;
  while (at + 8 <= bytes.length) {
    const magic = view.getUint32(at, true);
    if ((magic & 0xfffffff0) >>> 0 === SKIPPABLE_MAGIC) at += 8 + view.getUint32(at + 4, true);
    else if (magic !== MAGIC) break;
    else {
      const frame = walkFrame(bytes, at + 4);
      size += frame.size;
      at = frame.end;
    }
  }
  return size;
}

function walkFrame(bytes: Uint8Array, start: number): { size: number; end: number } {
  const descriptor = byteAt(bytes, start);
  const singleSegment = (descriptor >> 5) & 1;
  const declaredSize = [singleSegment, 2, 4, 8][descriptor >> 6]!;
  const sizeAt = start + 2 - singleSegment + DICTIONARY_ID_SIZE[descriptor & 3]!;
  const blocks = walkBlocks(bytes, sizeAt + declaredSize);
  const declared = littleEndian(bytes, sizeAt, declaredSize) + (declaredSize === 2 ? 256 : 0);
  return { size: declaredSize > 0 ? declared : blocks.size, end: blocks.end + (descriptor & 4) };
}

function walkBlocks(bytes: Uint8Array, start: number): { size: number; end: number } {
  let size = 0;
  let at = start;
  for (let last = false; !last; ) {
    const header = littleEndian(bytes, at, 3);
    const type = (header >> 1) & 3;
    const length = header >> 3;
    last = (header & 1) === 1;
    size += type === BLOCK_RAW || type === BLOCK_RLE ? length : BLOCK_SIZE_MAX;
    at += 3 + (type === BLOCK_RLE ? 1 : length);
  }
  return { size, end: at };
}

function littleEndian(bytes: Uint8Array, at: number, length: number): number {
  let value = 0;
  for (let i = length - 1; i >= 0; i--) value = value * 256 + byteAt(bytes, at + i);
  return value;
}

function byteAt(bytes: Uint8Array, at: number): number {
  const byte = bytes[at];
  if (byte === undefined) throw new CompressionError('zstd: unexpected end of data');
  return byte;
}
