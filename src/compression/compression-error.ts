/** Compressed data that cannot be decoded, or not within the limit. The message is one clear line without the file's name. */
export class CompressionError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'CompressionError';
  }
}
