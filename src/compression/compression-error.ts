/** Compressed data that cannot be decoded, or not within the limit. The message is one clear line without the file's name. */
export class CompressionError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'CompressionError';
  }
}

/** The data may well be good, but is not decoded here: what tools say of damaged data would be wrong. */
export class NotDecoded extends CompressionError {}

/** More comes out of the data than may; the message says how much may. */
export class DecompressedTooLarge extends NotDecoded {
  constructor(format: string, limit: number) {
    super(`${format}: more than ${limit} bytes when decompressed`);
  }
}
