import { NotDecoded } from './compression-error.ts';
import { DECODERS, type Decoder, type DecoderLoader } from './decoders.ts';

/** A compression format by name. */
export type Compression = keyof typeof DECODERS;

/** Nothing that kobox reads is larger when decompressed: a debug build of amdgpu.ko is 500 MB. */
const LARGEST = 1 << 30;
/** What any file may become, and how many times its size a larger one: modules reach 10, data made to harm 1000 and more. */
const ALWAYS = 1 << 26;
const MOST_TIMES = 20;

/** Bytes that a compressed file of this size may become. */
export function decompressedLimit(size: number): number {
  return Math.min(LARGEST, Math.max(ALWAYS, MOST_TIMES * size));
}

/** First bytes of each format. `.lzma` has none of its own: its usual properties byte and dictionary size. */
const MAGICS: readonly (readonly [Compression, readonly number[]])[] = [
  ['gzip', [0x1f, 0x8b]],
  ['compress', [0x1f, 0x9d]],
  ['xz', [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]],
  ['zstd', [0x28, 0xb5, 0x2f, 0xfd]],
  ['lz4', [0x02, 0x21, 0x4c, 0x18]],
  ['bzip2', [0x42, 0x5a, 0x68]],
  ['lzma', [0x5d, 0x00, 0x00]],
];

/** The format that the bytes begin with; undefined: not compressed, or not in a known format. */
export function detectCompression(bytes: Uint8Array): Compression | undefined {
  return MAGICS.find(([, magic]) => magic.every((byte, i) => bytes[i] === byte))?.[0];
}

const loaded = new Map<Compression, Promise<Decoder>>();

/** The best decoder of the format that this machine has, loaded once. Fails with NotDecoded: there is none. */
export function decoderOf(compression: Compression): Promise<Decoder> {
  let decoder = loaded.get(compression);
  if (decoder === undefined) {
    decoder = firstThatLoads(compression, DECODERS[compression]);
    loaded.set(compression, decoder);
  }
  return decoder;
}

async function firstThatLoads(compression: Compression, loaders: readonly DecoderLoader[]): Promise<Decoder> {
  for (const load of loaders) {
    try {
      return await load();
    } catch {}
  }
  throw new NotDecoded(`${compression}: no decoder for this platform is installed`);
}

/**
 * The bytes decompressed, or themselves when they are not compressed.
 * Fails with CompressionError on damaged data or more than `limit` bytes of output.
 */
export async function decompress(
  bytes: Uint8Array,
  limit: number = decompressedLimit(bytes.length),
): Promise<Uint8Array> {
  const compression = detectCompression(bytes);
  return compression === undefined ? bytes : (await decoderOf(compression))(bytes, limit).slice();
}
