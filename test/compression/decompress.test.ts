import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CompressionError } from '../../src/compression/compression-error.ts';
import { DECODERS } from '../../src/compression/decoders.ts';
import { type Compression, decompress, detectCompression } from '../../src/compression/decompress.ts';
import { FILES, TEXT } from './compressed-files.ts';

const FORMATS = Object.keys(FILES) as Compression[];
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');

describe('decompress', () => {
  it.each(FORMATS)('decodes %s by its magic', async (format) => {
    expect(detectCompression(FILES[format])).toBe(format);
    expect(text(await decompress(FILES[format]))).toBe(TEXT);
  });

  it.each(FORMATS)('every decoder of %s that this machine has gives the same bytes', async (format) => {
    for (const load of DECODERS[format]) {
      const decode = await load().catch(() => undefined);
      if (decode !== undefined) expect(text(decode(FILES[format], 1000))).toBe(TEXT);
    }
  });

  it.each(FORMATS)('refuses %s output beyond the limit and says the limit', async (format) => {
    await expect(decompress(FILES[format], 210)).rejects.toThrow(
      new CompressionError(`${format}: more than 210 bytes when decompressed`),
    );
  });

  it.each(FORMATS)('of %s keeps what it gave when the next file is decoded', async (format) => {
    const first = await decompress(FILES[format]);
    await Promise.all(Object.values(FILES).map((file) => decompress(file)));
    expect(text(first)).toBe(TEXT);
  });

  it('hands bytes that are not compressed through', async () => {
    const bytes = new Uint8Array([0x7f, 0x45, 0x4c, 0x46]);
    expect(await decompress(bytes)).toBe(bytes);
  });

  it.each(FORMATS)('any damage of %s is decoded or one CompressionError', async (format) => {
    await fc.assert(
      fc.asyncProperty(fc.nat(200), fc.nat(255), fc.nat(200), async (at, value, cut) => {
        const bytes = FILES[format].slice(0, Math.max(FILES[format].length - (cut > 100 ? 0 : cut), 8));
        bytes[at % bytes.length] = value;
        await decompress(bytes, 1 << 20).catch((error) => expect(error).toBeInstanceOf(CompressionError));
      }),
    );
  });
});
