import { type PartOfXz, xzPartDecoder } from '../../../compression/xz-partly.ts';
import type { Unzipped } from './unzipped.ts';

const STREAM_HEADER = 12;
/** What a block's flags say beside the number of filters: sizes follow. */
const SIZE_FLAGS = 0xc0;
const LZMA2 = 0x21;
/** 64 MiB, as LZMA2's property byte has it: what the decoder allows a dictionary. */
const LARGEST_DICTIONARY = 28;
/** `BUFSIZ`: what is written at once. */
const WRITTEN_AT_ONCE = 8192;
const FIRST_OF_MAGIC = 0xfd;
const FOOTER_END = 'YZ';

const CORRUPTED = 'corrupted data';

/** Of a file without damage: one with another filter than LZMA2 is not decoded, zeros at the end are taken for damage. */
export function ofGoodFile(file: Uint8Array, whole: Uint8Array): Unzipped {
  if (!isDecodable(file)) return { bytes: undefined, said: CORRUPTED };
  return { bytes: whole.length > 0 ? whole : undefined, ...(file.at(-1) === 0 && { said: CORRUPTED }) };
}

/** Whether the first block, if there is one, is in LZMA2 alone. */
function isDecodable(file: Uint8Array): boolean {
  const [size = 0, flags = 0] = file.subarray(STREAM_HEADER);
  if (size === 0) return true;
  let at = STREAM_HEADER + 2;
  for (let bit = 0x40; bit <= 0x80; bit <<= 1) {
    if (!(flags & bit)) continue;
    while (file[at]! & 0x80) at++;
    at++;
  }
  return !(flags & ~SIZE_FLAGS) && file[at] === LZMA2 && file[at + 2]! <= LARGEST_DICTIONARY;
}

/**
 * A damaged file: streams and zeros between them; other bytes behind a stream end it. busybox:
 * archival/libarchive/decompress_unxz.c, `unpack_xz_stream`.
 */
export async function unxz(bytes: Uint8Array): Promise<Unzipped> {
  const decode = isDecodable(bytes) ? await xzPartDecoder() : undefined;
  const part = decode?.(bytes);
  const length = part === undefined ? 0 : writtenLength(bytes, part);
  return {
    bytes: length > 0 ? part!.bytes.subarray(0, length) : undefined,
    ...(!(part && endsInOtherData(bytes, part)) && { said: CORRUPTED }),
  };
}

/** What is decoded is written when the room for it is full or the input is at its end, and not when the data is damaged. */
function writtenLength(file: Uint8Array, { bytes, read }: PartOfXz): number {
  const isDataDamaged = read < indexStart(file);
  return isDataDamaged ? bytes.length - (bytes.length % WRITTEN_AT_ONCE) : bytes.length;
}

/** Where the index of the file's last stream begins; 0 in a file without a footer. */
function indexStart(file: Uint8Array): number {
  const footer = file.length - STREAM_HEADER;
  if (footer < 0 || String.fromCharCode(...file.subarray(-2)) !== FOOTER_END) return 0;
  const backwardSize = new DataView(file.buffer, file.byteOffset + footer + 4, 4).getUint32(0, true);
  return footer - (backwardSize + 1) * 4;
}

/** Whether what could not be decoded stands behind a stream and does not begin like one. */
function endsInOtherData(bytes: Uint8Array, { read }: PartOfXz): boolean {
  for (let at = read - (read % 4); at >= Math.max(0, read - STREAM_HEADER); at -= 4) {
    const isFooter = String.fromCharCode(...bytes.subarray(at - 2, at)) === FOOTER_END;
    if (isFooter) return at < bytes.length && bytes[at] !== 0 && bytes[at] !== FIRST_OF_MAGIC;
  }
  return false;
}
