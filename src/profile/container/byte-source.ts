/** Random access to the bytes of a profile file. */
export interface ByteSource {
  /** Length in bytes. */
  readonly size: number;
  /** `length` bytes from `offset`. Requires both to lie within {@link size}. */
  read(offset: number, length: number): Uint8Array;
}

/** A source over bytes that are already in memory. */
export function memorySource(bytes: Uint8Array): ByteSource {
  return { size: bytes.length, read: (offset, length) => bytes.subarray(offset, offset + length) };
}
