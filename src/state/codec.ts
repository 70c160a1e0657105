/**
 * Plain data as JSON and back: what JSON has no form for (maps, sets, big integers, bytes) stands as an object of one
 * key that starts with `%`; so do integers in equal steps, as the free objects of a slab are.
 */
const MAP = '%map';
const SET = '%set';
const BIGINT = '%bigint';
const BYTES = '%bytes';
const RUN = '%run';
/** Fewer numbers stand as they are. */
const SHORTEST_RUN = 8;

/** A value in a form that JSON.stringify takes. Functions are left out. Requires no cycles. */
export function encode(value: unknown): unknown {
  if (typeof value === 'bigint') return { [BIGINT]: value.toString() };
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return encodeRun(value) ?? value.map(encode);
  if (value instanceof Map) return { [MAP]: [...value].map(([key, entry]) => [encode(key), encode(entry)]) };
  if (value instanceof Set) return { [SET]: [...value].map(encode) };
  if (value instanceof Uint8Array) return { [BYTES]: Buffer.from(value).toString('base64') };
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, encode(entry)]));
}

/** Integers in equal steps as first, step and count; undefined when these are none, or few. */
function encodeRun(values: readonly unknown[]): unknown {
  const [first, second] = values;
  if (values.length < SHORTEST_RUN || !Number.isSafeInteger(first) || !Number.isSafeInteger(second)) return undefined;
  const step = (second as number) - (first as number);
  const isRun = Number.isSafeInteger(step) && values.every((value, i) => value === (first as number) + i * step);
  return isRun && !Object.is(first, -0) ? { [RUN]: [first, step, values.length] } : undefined;
}

function decodeRun([first, step, count]: readonly [number, number, number]): number[] {
  return Array.from({ length: count }, (_, i) => first + i * step);
}

/** What {@link encode} was given. */
export function decode(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(decode);
  const entries = Object.entries(value);
  const [key, content] = entries[0] ?? [];
  if (entries.length === 1 && key?.startsWith('%')) return decodeTagged(key, content);
  return Object.fromEntries(entries.map(([name, entry]) => [name, decode(entry)]));
}

/** The value of the JSON text of what {@link encode} gave. */
export function parseEncoded(text: string): unknown {
  const value: unknown = JSON.parse(text);
  return text.includes('"%') ? decode(value) : value;
}

function decodeTagged(tag: string, content: unknown): unknown {
  if (tag === BIGINT) return BigInt(content as string);
  if (tag === BYTES) return new Uint8Array(Buffer.from(content as string, 'base64'));
  const items = decode(content) as unknown[];
  if (tag === RUN) return decodeRun(items as [number, number, number]);
  if (tag === MAP) return new Map(items as [unknown, unknown][]);
  if (tag === SET) return new Set(items);
  return { [tag]: items };
}
