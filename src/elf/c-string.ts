/** Length of the NUL-terminated string at `offset`; it ends with the bytes at the latest. */
export function cStringLength(bytes: Uint8Array, offset: number): number {
  let end = offset;
  while (end < bytes.length && bytes[end] !== 0) end++;
  return end - offset;
}

/**
 * {@link cStringLength} in bytes that do not change. Many names may lie in one long string of a damaged file: the time of
 * all calls stays linear in its size.
 */
export function nameLength(bytes: Uint8Array, offset: number): number {
  const usual = Math.min(bytes.length, offset + USUAL_LENGTH);
  let end = offset;
  while (end < usual && bytes[end] !== 0) end++;
  return (end === offset + USUAL_LENGTH ? longStringEnd(bytes, end) : end) - offset;
}

/** Names are shorter. */
const USUAL_LENGTH = 512;
/** When this many times the bytes have been looked at for ends of long strings, the ends are kept. */
const PATIENCE = 4;

/** How much was looked at in some bytes, and where the string at each offset ends, once that is kept. */
interface LongStrings {
  work: number;
  ends?: Uint32Array;
}

const longStrings = new WeakMap<Uint8Array, LongStrings>();

function longStringEnd(bytes: Uint8Array, offset: number): number {
  const known = longStrings.get(bytes) ?? { work: 0 };
  longStrings.set(bytes, known);
  if (known.ends) return known.ends[offset]!;
  const found = bytes.indexOf(0, offset);
  const end = found < 0 ? bytes.length : found;
  known.work += end - offset;
  if (known.work > PATIENCE * bytes.length) known.ends = allEnds(bytes);
  return end;
}

function allEnds(bytes: Uint8Array): Uint32Array {
  const ends = new Uint32Array(bytes.length + 1);
  let end = bytes.length;
  for (let at = bytes.length; at >= 0; at--) {
    if (bytes[at] === 0) end = at;
    ends[at] = end;
  }
  return ends;
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
