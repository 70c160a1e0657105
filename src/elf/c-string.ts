/** Length of the NUL-terminated string at `offset`; it ends with the bytes at the latest. */
export function cStringLength(bytes: Uint8Array, offset: number): number {
  let end = offset;
  while (end < bytes.length && bytes[end] !== 0) end++;
  return end - offset;
}

/** The NUL-terminated byte string at `offset` (latin-1, one character a byte); empty when out of range. */
export function cString(bytes: Uint8Array, offset: number): string {
  return byteString(bytes, offset, offset + cStringLength(bytes, offset));
}

const CHUNK = 4096;

/** `bytes[start, end)` as a byte string. */
export function byteString(bytes: Uint8Array, start: number, end: number): string {
  let text = '';
  for (let at = start; at < end; at += CHUNK) {
    const codes = bytes.subarray(at, Math.min(end, at + CHUNK));
    text += String.fromCharCode.apply(null, codes as unknown as number[]);
  }
  return text;
}

/** True when the NUL-terminated string at `offset` is `text`; makes no string. */
export function cStringEquals(bytes: Uint8Array, offset: number, text: string): boolean {
  return cStringStarts(bytes, offset, text) && (bytes[offset + text.length] ?? 0) === 0;
}

/** True when the bytes at `offset` start with `prefix`; makes no string. */
export function cStringStarts(bytes: Uint8Array, offset: number, prefix: string): boolean {
  for (let i = 0; i < prefix.length; i++) {
    if (bytes[offset + i] !== prefix.charCodeAt(i)) return false;
  }
  return true;
}
