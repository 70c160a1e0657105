/** One DER element: its tag octet and its contents. */
export interface DerElement {
  readonly tag: number;
  readonly contents: Uint8Array;
}

/** Universal and context tags that are looked at. X.690, 8.1.2. */
export const TAG = {
  INTEGER: 0x02,
  OCTET_STRING: 0x04,
  OID: 0x06,
  SEQUENCE: 0x30,
  SET: 0x31,
  CONTEXT_0: 0xa0,
} as const;

/** The element at `start` and where the next begins; undefined when it is damaged or longer than the bytes. */
function elementAt(bytes: Uint8Array, start: number): { element: DerElement; end: number } | undefined {
  const tag = bytes[start];
  const first = bytes[start + 1];
  if (tag === undefined || first === undefined) return undefined;
  const count = first < 0x80 ? 0 : first - 0x80;
  if (count > 4 || first === 0x80) return undefined;
  let length = count === 0 ? first : 0;
  for (let i = 0; i < count; i++) length = length * 256 + (bytes[start + 2 + i] ?? 0);
  const from = start + 2 + count;
  if (from + length > bytes.length) return undefined;
  return { element: { tag, contents: bytes.subarray(from, from + length) }, end: from + length };
}

/** The elements that stand one after another in `bytes`, up to a damaged one. X.690, definite lengths. */
export function derElements(bytes: Uint8Array): DerElement[] {
  const elements: DerElement[] = [];
  for (let at = 0; at < bytes.length; ) {
    const read = elementAt(bytes, at);
    if (read === undefined) break;
    elements.push(read.element);
    at = read.end;
  }
  return elements;
}

/** An object identifier in dotted form. X.690, 8.19. */
export function objectIdentifier(contents: Uint8Array): string {
  const arcs: number[] = [];
  let value = 0;
  for (const byte of contents) {
    value = value * 128 + (byte & 0x7f);
    if (byte >= 0x80) continue;
    if (arcs.length === 0) arcs.push(Math.min(Math.floor(value / 40), 2));
    arcs.push(arcs.length === 1 ? value - arcs[0]! * 40 : value);
    value = 0;
  }
  return arcs.join('.');
}
