import { gzipSync } from 'node:zlib';
import type { Compression } from '../../src/compression/decompress.ts';

/** What the files hold. */
export const TEXT = `${'kobox loads modules. '.repeat(10)}\n`;
const base64 = (text: string) => new Uint8Array(Buffer.from(text, 'base64'));

/** TEXT as the gzip, compress, xz (--check=crc32), zstd, xz --format=lzma, lz4 -l and bzip2 tools write it. */
export const FILES: Record<Compression, Uint8Array> = {
  gzip: new Uint8Array(gzipSync(TEXT)),
  compress: base64(
    'H52Qa96IeYMHBJs3YcjMAdHmDZk6bMrMcQEi4MCCBxMubPgw4sSKAgkaRKiQoUOIEilaFJmxJEeUH1diJLnxpEeVIWdqNNkxJciLI3e+vPmTJU2eMHECbVmzZ8ycQV3a9KkA',
  ),
  xz: base64(
    '/Td6WFoAAAFpIt42AgAhARYAAAB0L+Wj4ADSAB1dADWbyGsW8q1NER7oHubNXGrewoLvKqZXHmPnFWwAAAAAADYH9hwAATXTAQAAAC8gC+E+MA2LAgAAAAABWVo=',
  ),
  zstd: base64('KLUv/STT7QAAsGtvYm94IGxvYWRzIG1vZHVsZXMuIAoBAHVITSbFTHCq'),
  lzma: base64('XQAAgADTAAAAAAAAAAA1m8hrFvKtTREe6B7mzVxq3sKC7yqmVx5j6IlqO///URwAAA=='),
  lz4: base64('AiFMGCAAAAD/BmtvYm94IGxvYWRzIG1vZHVsZXMuIBUAplBlcy4gCg=='),
  bzip2: base64('QlpoOTFBWSZTWSnSY6EAADJRgAAQQAE2DopAIABAUqRGI8QgAAY4TaaJonSYTKdR3tOCcppNplNJtMJ+T0XckU4UJAp0mOhA'),
};
