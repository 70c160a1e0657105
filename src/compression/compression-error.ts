/** Compressed data that cannot be decoded, or not within the limit. The message is one clear line without the file's name. */
export class CompressionError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'CompressionError';
  }
}

/** More comes out of the data than may; the message says how much may. */
export class DecompressedTooLarge extends CompressionError {
  constructor(format: string, limit: number) {
    super(`${format}: more than ${limit} bytes when decompressed`);
  }
}
