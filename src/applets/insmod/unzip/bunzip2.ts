import { decodeBzip2 } from '../../../compression/bzip2.ts';
import { type Flaw, PartlyDecoded } from '../../../compression/compression-error.ts';
import { decompressedLimit } from '../../../compression/decompress.ts';
import type { Unzipped } from './unzipped.ts';

/** `IOBUF_SIZE`: what is written at once. */
const WRITTEN_AT_ONCE = 4096;

const WORDS: Readonly<Record<Flaw, string>> = {
  end: 'bunzip error -3',
  data: 'bunzip error -5',
  checksum: 'CRC error',
};

/** busybox: archival/libarchive/decompress_bunzip2.c, `unpack_bz2_stream`. Raises DecompressedTooLarge. */
export function bunzip2(bytes: Uint8Array): Unzipped {
  try {
    return { bytes: decodeBzip2(bytes, decompressedLimit(bytes.length)) };
  } catch (error) {
    if (!(error instanceof PartlyDecoded)) throw error;
    const { decoded, flaw } = error;
    const written = decoded.length - (decoded.length % WRITTEN_AT_ONCE);
    return { bytes: written > 0 ? decoded.slice(0, written) : undefined, said: WORDS[flaw] };
  }
}
