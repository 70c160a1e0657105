import { KernelError } from '../kernel/kernel-error.ts';

/** What an action of the grammar is told of the element that was decoded. */
export interface BerElement {
  readonly tag: number;
  /** Content bytes, without the header. */
  readonly value: Uint8Array;
  /** Position of the content and size of the header before it, in the whole message. */
  readonly offset: number;
  readonly headerLength: number;
}

/** Called when an element is complete; raises KernelError to reject the message. */
export type BerAction<Context> = (context: Context, element: BerElement) => void;

interface Common<Context> {
  readonly optional?: boolean;
  readonly action?: BerAction<Context>;
}

/** A grammar as data: what lib/asn1_decoder.c is given as byte code. */
export type BerGrammar<Context> = Common<Context> &
  (
    | { readonly kind: 'any' }
    | { readonly kind: 'primitive'; readonly tag: number }
    | { readonly kind: 'sequence'; readonly tag: number; readonly members: readonly BerGrammar<Context>[] }
    | { readonly kind: 'repeat'; readonly tag: number; readonly member: BerGrammar<Context> }
    | { readonly kind: 'choice'; readonly alternatives: readonly BerGrammar<Context>[] }
  );

const CONSTRUCTED = 0x20;
const INDEFINITE = 0x80;
const MAX_DEPTH = 10;
const MAX_LENGTH = 65535;

interface Cursor {
  readonly data: Uint8Array;
  position: number;
  /** End of the innermost definite element. */
  end: number;
  depth: number;
}

interface Header {
  readonly tag: number;
  readonly length: number;
  readonly indefinite: boolean;
  readonly headerLength: number;
}

/**
 * Decodes BER by a grammar, calling its actions in the order of the data (kernel: `asn1_ber_decoder`, lib/asn1_decoder.c).
 * Raises KernelError EBADMSG where the encoding does not fit, EMSGSIZE over 65,535 bytes. Bytes behind the outermost
 * element are not looked at, as in the kernel.
 */
export function decodeBer<Context>(grammar: BerGrammar<Context>, context: Context, data: Uint8Array): void {
  if (data.length > MAX_LENGTH) throw new KernelError('EMSGSIZE');
  decode(grammar, context, { data, position: 0, end: data.length, depth: 0 });
}

/** Whether the element was there. A missing one that is not optional is an error. */
function decode<Context>(grammar: BerGrammar<Context>, context: Context, cursor: Cursor): boolean {
  const element =
    grammar.kind === 'choice'
      ? decodeChoice(grammar.alternatives, context, cursor)
      : decodeOne(grammar, context, cursor);
  if (!element) {
    if (!grammar.optional) bad();
    return false;
  }
  grammar.action?.(context, element);
  return true;
}

function decodeChoice<Context>(
  alternatives: readonly BerGrammar<Context>[],
  context: Context,
  cursor: Cursor,
): BerElement | undefined {
  for (const alternative of alternatives) {
    const start = cursor.position;
    if (decode({ ...alternative, optional: true }, context, cursor)) {
      return { tag: 0, value: cursor.data.subarray(start, cursor.position), offset: start, headerLength: 0 };
    }
  }
  return undefined;
}

function decodeOne<Context>(
  grammar: Exclude<BerGrammar<Context>, { kind: 'choice' }>,
  context: Context,
  cursor: Cursor,
): BerElement | undefined {
  if (cursor.position === cursor.end && grammar.optional) return undefined;
  if (cursor.end - cursor.position < 2) bad();
  const tag = cursor.data[cursor.position]!;
  if ((tag & 0x1f) === 0x1f) bad();
  if (grammar.kind !== 'any' && !tagMatches(grammar.tag, tag)) return undefined;
  const header = readHeader(cursor, tag);
  if (grammar.kind === 'sequence' || grammar.kind === 'repeat')
    return decodeConstructed(grammar, context, cursor, header);
  return decodeLeaf(cursor, header);
}

/** A constructed tag of the grammar matches the primitive form too, as in the kernel. */
function tagMatches(wanted: number, tag: number): boolean {
  return ((wanted ^ tag) & ~(wanted & CONSTRUCTED)) === 0;
}

function readHeader(cursor: Cursor, tag: number): Header {
  const { data } = cursor;
  cursor.position++;
  let length = data[cursor.position++]!;
  let headerLength = 2;
  const indefinite = length === INDEFINITE;
  if (indefinite) {
    if (!(tag & CONSTRUCTED) || cursor.end - cursor.position < 2) bad();
    return { tag, length: 0, indefinite, headerLength };
  }
  if (length > 0x7f) {
    const count = length - 0x80;
    if (count > 2 || count > cursor.end - cursor.position) bad();
    headerLength += count;
    length = 0;
    for (let i = 0; i < count; i++) length = (length << 8) | data[cursor.position++]!;
  }
  if (length > cursor.end - cursor.position) bad();
  return { tag, length, indefinite, headerLength };
}

function decodeLeaf(cursor: Cursor, header: Header): BerElement {
  const offset = cursor.position;
  const length = header.indefinite ? indefiniteLength(cursor.data, offset, cursor.end) : header.length;
  cursor.position += length;
  return {
    tag: header.tag,
    value: cursor.data.subarray(offset, offset + length),
    offset,
    headerLength: header.headerLength,
  };
}

function decodeConstructed<Context>(
  grammar: Extract<BerGrammar<Context>, { kind: 'sequence' | 'repeat' }>,
  context: Context,
  cursor: Cursor,
  header: Header,
): BerElement {
  if (cursor.depth >= MAX_DEPTH) bad();
  const offset = cursor.position;
  const outerEnd = cursor.end;
  cursor.depth++;
  if (!header.indefinite) cursor.end = offset + header.length;
  if (grammar.kind === 'sequence') for (const member of grammar.members) decode(member, context, cursor);
  else
    do decode(grammar.member, context, cursor);
    while (!atEnd(cursor, header));
  const contentEnd = cursor.position;
  closeConstructed(cursor, header);
  cursor.depth--;
  cursor.end = outerEnd;
  return { tag: 0, value: cursor.data.subarray(offset, contentEnd), offset, headerLength: header.headerLength };
}

function atEnd(cursor: Cursor, header: Header): boolean {
  if (!header.indefinite) return cursor.position >= cursor.end;
  if (cursor.end - cursor.position < 2) bad();
  return cursor.data[cursor.position] === 0;
}

function closeConstructed(cursor: Cursor, header: Header): void {
  if (!header.indefinite) {
    if (cursor.position !== cursor.end) bad();
    return;
  }
  if (cursor.end - cursor.position < 2 || cursor.data[cursor.position] !== 0 || cursor.data[cursor.position + 1] !== 0)
    bad();
  cursor.position += 2;
}

/** Content length of an indefinite element, its end-of-contents octets included (kernel: `asn1_find_indefinite_length`). */
function indefiniteLength(data: Uint8Array, start: number, end: number): number {
  let at = start;
  for (let level = 1; level > 0; ) {
    if (end - at < 2) bad();
    const tag = data[at++]!;
    if (tag === 0) {
      if (data[at++] !== 0) bad();
      level--;
      continue;
    }
    if ((tag & 0x1f) === 0x1f) at = skipLongTag(data, at, end);
    const length = data[at++]!;
    if (length === INDEFINITE) {
      if (!(tag & CONSTRUCTED)) bad();
      level++;
    } else at = skipContent(data, at, end, length);
  }
  return at - start;
}

function skipLongTag(data: Uint8Array, start: number, end: number): number {
  let at = start;
  do if (end - at < 2) bad();
  while (data[at++]! & 0x80);
  return at;
}

function skipContent(data: Uint8Array, start: number, end: number, first: number): number {
  let at = start;
  let length = first;
  if (first > 0x7f) {
    const count = first - 0x80;
    if (count > 7 || count > end - at) bad();
    length = 0;
    for (let i = 0; i < count; i++) length = length * 256 + data[at++]!;
  }
  if (length > end - at) bad();
  return at + length;
}

function bad(): never {
  throw new KernelError('EBADMSG');
}
