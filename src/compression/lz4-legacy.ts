import { CompressionError, DecompressedTooLarge } from './compression-error.ts';

const HEADER_SIZE = 4;
/** Most bytes that one block stands for. */
const BLOCK_LIMIT = 8 << 20;
const MIN_MATCH = 4;

/**
 * Decodes a file of the lz4 tool's legacy format, which the kernel build uses. Fails with CompressionError.
 * Source: LZ4 Frame Format 1.6.2, "Legacy frame"; LZ4 Block Format.
 */
export function decodeLz4Legacy(bytes: Uint8Array, limit: number): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const blocks: Uint8Array[] = [];
  let size = 0;
  for (let at = HEADER_SIZE; at + 4 <= bytes.length; ) {
    const length = view.getUint32(at, true);
    at += 4;
    if (at + length > bytes.length) throw new CompressionError('lz4: unexpected end of data');
    const block = decodeBlock(bytes.subarray(at, at + length));
    size += block.length;
    if (size > limit) throw new DecompressedTooLarge('lz4', limit);
    blocks.push(block);
    at += length;
  }
  return concatenate(blocks, size);
}

function concatenate(parts: readonly Uint8Array[], size: number): Uint8Array {
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function decodeBlock(block: Uint8Array): Uint8Array {
  const out = new Uint8Array(Math.min(BLOCK_LIMIT, block.length * 255));
  let from = 0;
  let to = 0;
  const length = (nibble: number): number => {
    let value = nibble;
    for (let byte = nibble === 15 ? 255 : 0; byte === 255; value += byte) {
      byte = block[from++] ?? damaged();
    }
    return value;
  };
  while (from < block.length) {
    const token = block[from++]!;
    const literals = length(token >> 4);
    if (from + literals > block.length || to + literals > out.length) damaged();
    out.set(block.subarray(from, from + literals), to);
    from += literals;
    to += literals;
    if (from >= block.length) break;
    const distance = block[from]! | ((block[from + 1] ?? damaged()) << 8);
    from += 2;
    const end = to + length(token & 15) + MIN_MATCH;
    if (distance === 0 || distance > to || end > out.length) damaged();
    for (; to < end; to++) out[to] = out[to - distance]!;
  }
  return out.subarray(0, to);
}

function damaged(): never {
  throw new CompressionError('lz4: damaged data');
}
