import { CompressionError, NotDecoded } from '../../compression/compression-error.ts';
import { decompress, detectCompression } from '../../compression/decompress.ts';
import type { AppletContext } from '../applet.ts';
import { InputError } from '../command-line/input-error.ts';

/** busybox ends at once: the message is its last word. */
export class FatalRead extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'FatalRead';
  }
}

/** Bytes that busybox reads to tell what a file is. */
const MAGIC_LENGTH = 2;

/**
 * busybox's zipped reader: gz, Z, bz2, xz by their magic, lzma by the file's name, anything else as it is.
 * Undefined, and said on stderr, when the data is damaged. Raises FatalRead.
 * Source: archival/libarchive/open_transformer.c, `setup_transformer_on_fd`.
 */
export async function unzipModule(
  context: AppletContext,
  file: string,
  bytes: Uint8Array,
): Promise<Uint8Array | undefined> {
  if (bytes.length < MAGIC_LENGTH) throw new FatalRead('short read');
  if (!isZipped(file, bytes)) return bytes;
  try {
    return await decompress(bytes);
  } catch (error) {
    if (!(error instanceof CompressionError)) throw error;
    if (error instanceof NotDecoded) throw new InputError(`${file}: ${error.message}`);
    const why = /^gzip: unexpected end/.test(error.message) ? 'unexpected end of file' : 'corrupted data';
    context.stderr.write(`insmod: ${why}\ninsmod: read error from '${file}': Cannot allocate memory\n`);
    return undefined;
  }
}

function isZipped(file: string, bytes: Uint8Array): boolean {
  const format = detectCompression(bytes);
  if (format === 'zstd') return false;
  return format === 'lzma' ? file.endsWith('.lzma') : format !== undefined;
}
