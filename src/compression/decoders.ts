import { CompressionError, DecompressedTooLarge } from './compression-error.ts';
import { OutputRoom } from './output-room.ts';
import { ReusedGunzip } from './reused-gunzip.ts';
import { xzUncompressedSize } from './xz-size.ts';
import { zstdSizeBound } from './zstd-size.ts';

/**
 * Decodes a whole compressed file. What it gives may be overwritten by the next call. Fails with CompressionError on
 * damaged data or more than `limit` bytes of output.
 */
export type Decoder = (bytes: Uint8Array, limit: number) => Uint8Array;

/** Loads one implementation of a decoder; fails when this machine has it not. */
export type DecoderLoader = () => Promise<Decoder>;

/** node:zlib, loaded when it is first used: most module files are not compressed. */
const zlib = () => process.getBuiltinModule('node:zlib');

/** One deflate byte never stands for more than this many. */
const DEFLATE_RATIO = 1032;
const LZMA_SIZE_AT = 5;

function withinLimit(format: string, size: number, limit: number): number {
  if (size > limit) throw new DecompressedTooLarge(format, limit);
  return size;
}

/** What a library raises becomes CompressionError; its own words differ from version to version. */
function orDamaged<T>(format: string, decode: () => T): T {
  try {
    return decode();
  } catch {
    throw new CompressionError(`${format}: damaged data`);
  }
}

const nodeGzip: DecoderLoader = async () => {
  const { createGunzip, gunzipSync, constants } = zlib();
  const reused = new ReusedGunzip(createGunzip, constants.Z_FINISH);
  return (bytes, limit) => {
    const size = bytes.length < 4 ? 0 : asBuffer(bytes).readUInt32LE(bytes.length - 4);
    // More than deflate can make of so few bytes is no declaration: the file was cut.
    const possible = bytes.length * DEFLATE_RATIO;
    if (size <= possible) {
      const whole = reused.decode(asBuffer(bytes), withinLimit('gzip', size, limit));
      if (whole !== undefined) return whole;
    }
    const chunkSize = Math.max(64, Math.min(size, limit, possible));
    try {
      return gunzipSync(bytes, { chunkSize, maxOutputLength: limit });
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ERR_BUFFER_TOO_LARGE') withinLimit('gzip', Infinity, limit);
      throw new CompressionError(`gzip: ${code === 'Z_BUF_ERROR' ? 'unexpected end of data' : 'damaged data'}`);
    }
  };
};

/** node-liblzma's native stream, as far as it is used here. */
interface LzmaStream {
  /** Decodes on; liblzma's status, and how many bytes of input and of room are left. */
  codeSync(
    action: number,
    from: Buffer,
    start: number,
    length: number,
    to: Buffer,
    place: number,
  ): [status: number, left: number, room: number];
}

const nativeXz: DecoderLoader = async () => {
  const { Unxz, LZMA_FINISH, LZMA_STREAM_END } = await import('node-liblzma');
  const room = new OutputRoom();
  class XzFile extends Unxz {
    declare protected readonly lzma: LzmaStream;

    /** How many bytes of `out` are left free. */
    decode(bytes: Buffer, out: Buffer): number {
      const [status, , left] = this.lzma.codeSync(LZMA_FINISH, bytes, 0, bytes.length, out, 0);
      this.close();
      if (status !== LZMA_STREAM_END) throw new CompressionError('xz: damaged data');
      return left;
    }
  }
  return (bytes, limit) => {
    const size = withinLimit('xz', xzUncompressedSize(bytes), limit);
    const out = room.take(size);
    const left = orDamaged('xz', () => new XzFile({ chunkSize: 64 }).decode(asBuffer(bytes), out));
    return out.subarray(0, out.length - left);
  };
};

const napiXz: DecoderLoader = async () => {
  const { xz } = await import('@napi-rs/lzma');
  return (bytes, limit) => {
    withinLimit('xz', xzUncompressedSize(bytes), limit);
    return orDamaged('xz', () => xz.decompressSync(bytes));
  };
};

const napiLzma: DecoderLoader = async () => {
  const { lzma } = await import('@napi-rs/lzma');
  return (bytes, limit) => {
    withinLimit('lzma', lzmaDeclaredSize(bytes), limit);
    return orDamaged('lzma', () => lzma.decompressSync(bytes));
  };
};

/** The most that LZMA can shrink anything: what a file without a declared size is held to. */
const LZMA_MOST_RATIO = 7200;

/** The size in an `.lzma` header; where the writer could not seek and left it out, the most that it can be. */
function lzmaDeclaredSize(bytes: Uint8Array): number {
  if (bytes.length < LZMA_SIZE_AT + 8) throw new CompressionError('lzma: unexpected end of data');
  const size = Buffer.from(bytes.buffer, bytes.byteOffset + LZMA_SIZE_AT, 8).readBigInt64LE();
  if (size < 0n) return bytes.length * LZMA_MOST_RATIO;
  return Number(size);
}

const nodeZstd: DecoderLoader = async () => {
  const { zstdDecompressSync } = zlib() as { zstdDecompressSync?: (bytes: Uint8Array) => Uint8Array };
  if (zstdDecompressSync === undefined) throw new Error('this Node has no zstd');
  return (bytes, limit) => {
    withinLimit('zstd', zstdSizeBound(bytes), limit);
    return orDamaged('zstd', () => zstdDecompressSync(bytes));
  };
};

const wasmZstd: DecoderLoader = async () => {
  const { ZstdWasm } = await import('./zstd-wasm.ts');
  const zstd = await ZstdWasm.load();
  return (bytes, limit) => zstd.decode(bytes, withinLimit('zstd', zstdSizeBound(bytes), limit));
};

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** The implementations of each format, the best first. */
export const DECODERS = {
  gzip: [nodeGzip],
  xz: [nativeXz, napiXz],
  zstd: [nodeZstd, wasmZstd],
  lzma: [napiLzma],
  lz4: [async () => (await import('./lz4-legacy.ts')).decodeLz4Legacy],
  compress: [async () => (await import('./compress-z.ts')).uncompressZ],
  bzip2: [async () => (await import('./bzip2.ts')).decodeBzip2],
} as const satisfies Record<string, readonly DecoderLoader[]>;
