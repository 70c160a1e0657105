import { FACT_KINDS, FACTS, type ModuleFacts, ROW } from './module-facts.ts';

/**
 * Facts of many modules in one buffer, for the cache and for threads, in the machine's own byte order: counts, a row a
 * module with the sizes of its kinds, symbol numbers, where the symbols' names begin, their hashes, the names, the texts.
 */
const COUNTS = 5;

/** Packs these rows in this order. */
export function packFacts(facts: ModuleFacts, rows: ArrayLike<number>): Uint8Array<ArrayBuffer> {
  const names = facts.pool.export();
  const [numbers, textLength] = lengthsOf(facts, rows);
  const ints = COUNTS + rows.length * ROW + numbers + names.starts.length + names.hashes.length;
  const bytes = new Uint8Array(ints * 4 + names.bytes.length + textLength);
  const words = new Int32Array(bytes.buffer, 0, ints);
  words.set([rows.length, numbers, names.hashes.length, names.bytes.length, textLength]);
  const numbersEnd = packRows(facts, rows, words, bytes.subarray(ints * 4 + names.bytes.length));
  words.set(names.starts, numbersEnd);
  words.set(names.hashes, numbersEnd + names.starts.length);
  bytes.set(names.bytes, ints * 4);
  return bytes;
}

/** How many numbers and bytes of text the rows have. */
function lengthsOf(facts: ModuleFacts, rows: ArrayLike<number>): [numbers: number, texts: number] {
  let numbers = 0;
  let texts = 0;
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!;
    numbers += facts.end(row, FACTS.NEEDS) - facts.start(row, FACTS.EXPORTS);
    texts += facts.end(row, FACTS.WEAKDEPS) - facts.start(row, FACTS.ALIASES);
  }
  return [numbers, texts];
}

/** Writes sizes and numbers to `words`, texts to `texts`; where the numbers end. */
function packRows(facts: ModuleFacts, rows: ArrayLike<number>, words: Int32Array, texts: Uint8Array): number {
  let at = COUNTS + rows.length * ROW;
  let textAt = 0;
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!;
    for (const kind of FACT_KINDS) words[COUNTS + i * ROW + kind] = facts.end(row, kind) - facts.start(row, kind);
    const numbers = facts.numbers.words.subarray(facts.start(row, FACTS.EXPORTS), facts.end(row, FACTS.NEEDS));
    words.set(numbers, at);
    at += numbers.length;
    const text = facts.texts.buffer.subarray(facts.start(row, FACTS.ALIASES), facts.end(row, FACTS.WEAKDEPS));
    texts.set(text, textAt);
    textAt += text.length;
  }
  return at;
}

/**
 * Adds what {@link packFacts} packed as new rows; returns the first of them. `bytes` must begin at a multiple of 4 of its
 * buffer. Only for bytes that are known to be whole: nothing is checked.
 */
export function unpackFacts(bytes: Uint8Array, facts: ModuleFacts): number {
  const head = new Int32Array(bytes.buffer, bytes.byteOffset, COUNTS);
  const [count, numbers, nameCount, nameLength] = head as unknown as [number, number, number, number];
  const numbersAt = COUNTS + count * ROW;
  const startsAt = numbersAt + numbers;
  const ints = startsAt + nameCount + 1 + nameCount;
  const words = new Int32Array(bytes.buffer, bytes.byteOffset, ints);
  const names = {
    bytes: bytes.subarray(ints * 4, ints * 4 + nameLength),
    starts: words.subarray(startsAt, startsAt + nameCount + 1),
    hashes: words.subarray(startsAt + nameCount + 1),
  };
  const here = facts.pool.size === 0 ? undefined : facts.pool.absorb(names);
  if (here === undefined) facts.pool.adopt(names);
  const first = facts.count;
  addRows(facts, words.subarray(COUNTS, numbersAt));
  const at = facts.numbers.length;
  facts.numbers.append(words.subarray(numbersAt, startsAt));
  if (here !== undefined) renumber(facts.numbers.words, at, facts.numbers.length, here);
  facts.texts.range(bytes, ints * 4 + nameLength, bytes.length);
  return first;
}

function addRows(facts: ModuleFacts, sizes: Int32Array): void {
  /** Where the next number and the next text begin. */
  const ends: [number, number] = [facts.numbers.length, facts.texts.length];
  for (let at = 0; at < sizes.length; at += ROW) {
    for (const kind of FACT_KINDS) {
      const list = kind <= FACTS.NEEDS ? 0 : 1;
      ends[list] += sizes[at + kind]!;
      facts.rows.push(ends[list]);
    }
  }
}

function renumber(words: Int32Array, start: number, end: number, numbers: Int32Array): void {
  for (let i = start; i < end; i++) words[i] = numbers[words[i]!]!;
}
