import type { ModuleFacts } from './module-facts.ts';
import type { SymbolPool } from './symbol-pool.ts';

/**
 * Facts of many modules in one buffer, for the cache and for threads, in the machine's own byte order: counts, a row a
 * module, symbol numbers, the symbols' names, the modules' texts. Symbol numbers are the pool's.
 */
const COUNTS = 6;
/** Exports, needs, aliases, softdeps, weakdeps, bytes of text. */
const ROW = 6;

/** Packs these facts; a module without facts is an empty row. */
export function packFacts(pool: SymbolPool, all: readonly (ModuleFacts | undefined)[]): Uint8Array {
  const { bytes: names, starts } = pool.export();
  const texts = all.map((facts) => (facts === undefined ? '' : textsOf(facts).join('\0')));
  const numbers = all.reduce((sum, facts) => sum + (facts?.exports.length ?? 0) + (facts?.needs.length ?? 0), 0);
  const textLength = texts.reduce((sum, text) => sum + text.length, 0);
  const ints = COUNTS + all.length * ROW + numbers + starts.length;
  const bytes = Buffer.allocUnsafeSlow(ints * 4 + names.length + textLength);
  const words = new Int32Array(bytes.buffer, 0, ints);
  words.set([all.length, numbers, starts.length, names.length, textLength, 0]);
  let row = COUNTS;
  let at = COUNTS + all.length * ROW;
  let textAt = ints * 4 + names.length;
  for (let i = 0; i < all.length; i++) {
    const facts = all[i];
    const text = texts[i]!;
    if (facts === undefined) words.fill(0, row, row + ROW);
    else {
      const { exports, needs, aliases, softdeps, weakdeps } = facts;
      words.set([exports.length, needs.length, aliases.length, softdeps.length, weakdeps.length, text.length], row);
      words.set(exports, at);
      words.set(needs, at + exports.length);
      at += exports.length + needs.length;
      textAt += bytes.write(text, textAt, 'latin1');
    }
    row += ROW;
  }
  words.set(starts, at);
  bytes.set(names, ints * 4);
  return bytes;
}

function textsOf({ aliases, softdeps, weakdeps }: ModuleFacts): string[] {
  return softdeps.length + weakdeps.length === 0 ? (aliases as string[]) : [...aliases, ...softdeps, ...weakdeps];
}

/**
 * Unpacks what {@link packFacts} made, with the symbols' numbers in `pool`. `bytes` must begin at a multiple of 4 of
 * its buffer. Only for bytes that are known to be whole: nothing is checked.
 */
export function unpackFacts(bytes: Uint8Array, pool: SymbolPool): ModuleFacts[] {
  const head = new Int32Array(bytes.buffer, bytes.byteOffset, COUNTS);
  const [count, numbers, startCount, nameLength] = head as unknown as [number, number, number, number];
  const ints = COUNTS + count * ROW + numbers + startCount;
  const words = new Int32Array(bytes.buffer, bytes.byteOffset, ints);
  const names = bytes.subarray(ints * 4, ints * 4 + nameLength);
  const isFirst = pool.size === 0;
  const here = pool.absorb(names, words.subarray(ints - startCount));
  if (!isFirst) {
    for (let i = COUNTS + count * ROW; i < ints - startCount; i++) words[i] = here[words[i]!]!;
  }
  const texts = Buffer.from(
    bytes.buffer,
    bytes.byteOffset + ints * 4 + nameLength,
    bytes.length - ints * 4 - nameLength,
  );
  return readRows(words, count, texts.toString('latin1'));
}

function readRows(words: Int32Array, count: number, texts: string): ModuleFacts[] {
  const all: ModuleFacts[] = [];
  let at = COUNTS + count * ROW;
  let textAt = 0;
  for (let row = COUNTS; row < COUNTS + count * ROW; row += ROW) {
    const exportsEnd = at + words[row]!;
    const needsEnd = exportsEnd + words[row + 1]!;
    const [aliasCount, softCount, weakCount, textLength] = [
      words[row + 2]!,
      words[row + 3]!,
      words[row + 4]!,
      words[row + 5]!,
    ];
    const fieldCount = aliasCount + softCount + weakCount;
    const fields = fieldCount === 0 ? [] : texts.slice(textAt, textAt + textLength).split('\0');
    all.push({
      exports: words.subarray(at, exportsEnd),
      needs: words.subarray(exportsEnd, needsEnd),
      aliases: fieldCount === aliasCount ? fields : fields.slice(0, aliasCount),
      softdeps: softCount === 0 ? [] : fields.slice(aliasCount, aliasCount + softCount),
      weakdeps: weakCount === 0 ? [] : fields.slice(aliasCount + softCount),
      versions: undefined,
    });
    at = needsEnd;
    textAt += textLength;
  }
  return all;
}
