/** A DataView over exactly these bytes. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** The bytes of a byte string. */
export function bytesOf(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

/** Compares a byte string with `bytes[start, end)` as memcmp and length would: negative, zero or positive. */
export function compareWithBytes(text: string, bytes: Uint8Array, start: number, end: number): number {
  const length = Math.min(text.length, end - start);
  for (let i = 0; i < length; i++) {
    const difference = text.charCodeAt(i) - bytes[start + i]!;
    if (difference !== 0) return difference;
  }
  return text.length - (end - start);
}

/** Orders byte strings by their bytes. */
export function compareByteStrings(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Index of the row for which `compare` gives 0 among `count` sorted rows; -1 when there is none. */
export function binarySearch(count: number, compare: (row: number) => number): number {
  let low = 0;
  let high = count - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    const order = compare(middle);
    if (order === 0) return middle;
    if (order < 0) high = middle - 1;
    else low = middle + 1;
  }
  return -1;
}
