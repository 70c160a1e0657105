/** Compressed data that cannot be decoded, or not within the limit. The message is one clear line without the file's name. */
export class CompressionError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'CompressionError';
  }
}

/** What is wrong with data that was decoded in part. */
export type Flaw = 'end' | 'data' | 'checksum';

/** Damaged data, and what came out before the damage. */
export class PartlyDecoded extends CompressionError {
  readonly flaw: Flaw;
  readonly decoded: Uint8Array;

  constructor(message: string, flaw: Flaw, decoded: Uint8Array) {
    super(message);
    this.flaw = flaw;
    this.decoded = decoded;
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
