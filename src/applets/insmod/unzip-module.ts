import { CompressionError, NotDecoded } from '../../compression/compression-error.ts';
import { type Compression, decompress, detectCompression } from '../../compression/decompress.ts';
import type { AppletContext } from '../applet.ts';
import { InputError } from '../command-line/input-error.ts';
import type { Unzipped } from './unzip/unzipped.ts';

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
 * busybox's zipped reader: gz, Z, bz2, xz by their magic, lzma by the file's name, anything else as it is. Damage is said on
 * stderr; what was decoded before it is the file all the same, undefined when that is nothing. Raises FatalRead.
 * Source: archival/libarchive/open_transformer.c, `setup_transformer_on_fd`, `xmalloc_open_zipped_read_close`.
 */
export async function unzipModule(
  context: AppletContext,
  file: string,
  bytes: Uint8Array,
): Promise<Uint8Array | undefined> {
  if (bytes.length < MAGIC_LENGTH) throw new FatalRead('short read');
  const format = zippedFormat(file, bytes);
  if (format === undefined) return bytes;
  const { bytes: written, said } = await unzip(format, bytes).catch((error) => {
    throw error instanceof NotDecoded ? new InputError(`${file}: ${error.message}`) : error;
  });
  if (said !== undefined) context.stderr.write(`insmod: ${said}\n`);
  if (written === undefined) context.stderr.write(`insmod: read error from '${file}': Cannot allocate memory\n`);
  return written;
}

async function unzip(format: Compression, bytes: Uint8Array): Promise<Unzipped> {
  try {
    const whole = await decompress(bytes);
    return format === 'xz' ? (await import('./unzip/unxz.ts')).ofGoodFile(bytes, whole) : { bytes: whole };
  } catch (error) {
    if (!(error instanceof CompressionError) || error instanceof NotDecoded) throw error;
    return (DAMAGED[format] ?? nothingWritten)(bytes);
  }
}

type Unzip = (bytes: Uint8Array) => Promise<Unzipped> | Unzipped;

const nothingWritten: Unzip = () => ({ bytes: undefined, said: 'corrupted data' });

/** What is made of a file that is damaged. */
const DAMAGED: Partial<Readonly<Record<Compression, Unzip>>> = {
  gzip: async (bytes) => (await import('./unzip/gunzip.ts')).gunzip(bytes),
  xz: async (bytes) => (await import('./unzip/unxz.ts')).unxz(bytes),
  bzip2: async (bytes) => (await import('./unzip/bunzip2.ts')).bunzip2(bytes),
  lzma: () => {
    throw new FatalRead('unexpected EOF');
  },
};

function zippedFormat(file: string, bytes: Uint8Array): Compression | undefined {
  const format = detectCompression(bytes);
  if (format === 'zstd' || format === 'lz4') return undefined;
  return format === 'lzma' && !file.endsWith('.lzma') ? undefined : format;
}
