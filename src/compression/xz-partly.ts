import { decompressedLimit } from './decompress.ts';

/** As much of a damaged xz file as can be decoded. */
export interface PartOfXz {
  readonly bytes: Uint8Array;
  /** Bytes of the file that were read. */
  readonly read: number;
}

const CHUNK = 1 << 20;

/** node-liblzma's native stream, as far as it is used here. */
interface LzmaStream {
  codeSync(action: number, from: Buffer, start: number, length: number, to: Buffer, place: number): readonly number[];
}

/**
 * A decoder that goes on to the file's damage, at most to what a file of that size may become. Undefined where the
 * machine has no native decoder.
 */
export async function xzPartDecoder(): Promise<((bytes: Uint8Array) => PartOfXz) | undefined> {
  const native = await import('node-liblzma').catch(() => undefined);
  if (!native) return undefined;
  const { Unxz, LZMA_FINISH, LZMA_OK } = native;
  class XzFile extends Unxz {
    declare protected readonly lzma: LzmaStream;

    decode(from: Buffer): PartOfXz {
      const parts: Buffer[] = [];
      let [status, left, room]: number[] = [LZMA_OK, from.length, 0];
      for (let most = decompressedLimit(from.length); status === LZMA_OK && room === 0 && most > 0; most -= CHUNK) {
        const to = Buffer.alloc(CHUNK);
        [status, left, room] = this.lzma.codeSync(LZMA_FINISH, from, from.length - left!, left!, to, 0);
        parts.push(to.subarray(0, CHUNK - room!));
      }
      this.close();
      return { bytes: Buffer.concat(parts), read: from.length - left! };
    }
  }
  return (bytes) => new XzFile({ chunkSize: 64 }).decode(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
}
