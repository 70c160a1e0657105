import { CompressionError, DecompressedTooLarge } from '../../../compression/compression-error.ts';
import { decompressedLimit } from '../../../compression/decompress.ts';
import { joined, type Unzipped } from './unzipped.ts';

const MAGIC = [0x1f, 0x8b] as const;
/** Method, flags, time, extra flags, system. */
const FIXED_HEADER = 8;
const DEFLATE = 8;
const FLAG = { HEADER_CRC: 2, EXTRA: 4, NAME: 8, COMMENT: 16 } as const;
/** CRC and length behind the data. */
const TRAILER = 8;
/** What is not at its end is written by the window. */
const WINDOW = 0x8000;

const CORRUPTED = 'corrupted data';

/**
 * Members one behind the other; what follows them and is none is passed over. busybox: archival/libarchive/decompress_gunzip.c,
 * `unpack_gz_stream`. Raises DecompressedTooLarge.
 */
export function gunzip(bytes: Uint8Array): Unzipped {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const parts: Uint8Array[] = [];
  for (let at = 0; file[at] === MAGIC[0] && file[at + 1] === MAGIC[1]; ) {
    const start = behindHeader(file, at + MAGIC.length);
    if (start === undefined) return { bytes: joined(parts), said: CORRUPTED };
    const { written, used, said } = inflate(file.subarray(start));
    if (written) parts.push(written);
    if (said !== undefined) return { bytes: joined(parts), said };
    const flaw = trailerFlaw(file.subarray(start + used), written!);
    if (flaw !== undefined) return { bytes: joined(parts), said: flaw };
    at = start + used + TRAILER;
  }
  return { bytes: joined(parts) };
}

/** `check_header_gzip`; undefined for one that is none. */
function behindHeader(file: Buffer, header: number): number | undefined {
  let at = header + FIXED_HEADER;
  const flags = file[header + 1]!;
  if (at > file.length || file[header] !== DEFLATE) return undefined;
  if (flags & FLAG.EXTRA) at += at + 2 > file.length ? Infinity : 2 + file.readUInt16LE(at);
  for (const flag of [FLAG.NAME, FLAG.COMMENT]) {
    if (!(flags & flag)) continue;
    const end = at < file.length ? file.indexOf(0, at) : -1;
    if (end < 0) return undefined;
    at = end + 1;
  }
  if (flags & FLAG.HEADER_CRC) at += 2;
  return at > file.length ? undefined : at;
}

interface Inflated {
  readonly written?: Uint8Array;
  readonly used: number;
  readonly said?: string;
}

const zlib = () => process.getBuiltinModule('node:zlib');

/** `inflate_unzip_internal`: damage drops the window that it is in. */
function inflate(data: Buffer): Inflated {
  const { inflateRawSync, constants } = zlib();
  const options = { info: true, maxOutputLength: decompressedLimit(data.length) } as const;
  try {
    return whole(inflateRawSync(data, options));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ERR_BUFFER_TOO_LARGE') throw new DecompressedTooLarge('gzip', options.maxOutputLength);
    if (code !== 'Z_BUF_ERROR') return { used: 0, said: CORRUPTED };
    const { written } = whole(inflateRawSync(data, { ...options, finishFlush: constants.Z_SYNC_FLUSH }));
    const full = written!.length - (written!.length % WINDOW);
    return { ...(full > 0 && { written: written!.subarray(0, full) }), used: 0, said: 'unexpected end of file' };
  }
}

/** With `info` the answer is more than the declared buffer. */
function whole(answer: unknown): Inflated {
  const { buffer, engine } = answer as { buffer: Buffer; engine: { bytesWritten: number } };
  if (buffer === undefined) throw new CompressionError('gzip: no answer of the decoder');
  return { written: buffer, used: engine.bytesWritten };
}

function trailerFlaw(trailer: Buffer, written: Uint8Array): string | undefined {
  if (trailer.length < TRAILER) return CORRUPTED;
  if (trailer.readUInt32LE(0) !== zlib().crc32(written)) return 'crc error';
  return trailer.readUInt32LE(4) === written.length >>> 0 ? undefined : 'incorrect length';
}
