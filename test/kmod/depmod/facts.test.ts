import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { ByteStrings } from '../../../src/kmod/byte-strings.ts';
import { checksum } from '../../../src/kmod/depmod/checksum.ts';
import { packFacts, unpackFacts } from '../../../src/kmod/depmod/facts-pack.ts';
import { hashOrder } from '../../../src/kmod/depmod/hash-order.ts';
import { FACTS, ModuleFacts } from '../../../src/kmod/depmod/module-facts.ts';
import { FileSource, readPiece } from '../../../src/kmod/depmod/section-source.ts';
import { superFastHash } from '../../../src/kmod/depmod/super-fast-hash.ts';
import { SymbolPool } from '../../../src/kmod/depmod/symbol-pool.ts';

const directory = mkdtempSync(join(tmpdir(), 'kobox-facts-'));

afterAll(() => rmSync(directory, { recursive: true }));

/** A module as the tests write it: exports, needs, aliases, softdeps, weakdeps. */
type Facts = readonly [string[], string[], string[], string[], string[]];

function add(facts: ModuleFacts, [exports, needs, ...fields]: Facts): number {
  const row = facts.count;
  const ends = [exports, needs].map((names) => {
    for (const name of names) facts.numbers.push(facts.pool.internString(name));
    return facts.numbers.length;
  });
  for (const field of fields) {
    for (const text of field) facts.texts.text(`${text}\0`);
    ends.push(facts.texts.length);
  }
  for (const end of ends) facts.rows.push(end);
  return row;
}

function read(facts: ModuleFacts, row: number): Facts {
  const names = (kind: typeof FACTS.EXPORTS | typeof FACTS.NEEDS) =>
    Array.from(facts.numbers.words.subarray(facts.start(row, kind), facts.end(row, kind)), (id) => facts.pool.name(id));
  const [aliases, softdeps, weakdeps] = [FACTS.ALIASES, FACTS.SOFTDEPS, FACTS.WEAKDEPS] as const;
  return [
    names(FACTS.EXPORTS),
    names(FACTS.NEEDS),
    facts.strings(row, aliases),
    facts.strings(row, softdeps),
    facts.strings(row, weakdeps),
  ];
}

const text = fc.stringMatching(/^[ -~]{0,8}$/);
const texts = fc.array(text, { maxLength: 3 });
const modules = fc.array(fc.tuple(texts, texts, texts, texts, texts), { maxLength: 5 });

describe('facts of modules', () => {
  it('come out of a pack as they went in, whatever the other side knew before (property)', () => {
    fc.assert(
      fc.property(modules, modules, (known, packed) => {
        const [here, there] = [new ModuleFacts(), new ModuleFacts()];
        const knownRows = known.map((module) => add(here, module));
        const rows = packed.map((module) => add(there, module));
        const first = unpackFacts(packFacts(there, rows), here);
        expect(packed.map((_, i) => read(here, first + i))).toEqual(packed);
        expect(knownRows.map((row) => read(here, row))).toEqual(known);
      }),
    );
  });

  it('are alike when all kinds are', () => {
    const facts = new ModuleFacts();
    const module: Facts = [['a'], ['b', 'c'], ['x*'], [], ['w']];
    const one = add(facts, module);
    const others = [module, [['a', 'b'], ['c'], ['x*'], [], ['w']], [['a'], ['b', 'c'], ['x*'], ['w'], []]] as const;
    expect(others.map((other) => facts.areAlike(one, add(facts, other as Facts)))).toEqual([true, false, false]);
  });

  it('of a damaged module are dropped', () => {
    const facts = new ModuleFacts();
    const whole = add(facts, [['a'], [], ['x'], [], []]);
    facts.numbers.push(7);
    facts.texts.text('half');
    facts.dropOpenRow();
    const next = add(facts, [['b'], [], ['y'], [], []]);
    expect([read(facts, whole), read(facts, next)]).toEqual([
      [['a'], [], ['x'], [], []],
      [['b'], [], ['y'], [], []],
    ]);
  });
});

describe('SymbolPool', () => {
  it('gives equal names one number, wherever they stand and however they end (property)', () => {
    const name = fc.stringMatching(/^[a-c]{1,13}$/);
    fc.assert(
      fc.property(fc.array(fc.tuple(name, fc.nat(5), fc.boolean())), (asked) => {
        const pool = new SymbolPool();
        const numbers = new Map<string, number>();
        for (const [text, before, endsWithNul] of asked) {
          const bytes = Buffer.from(`${'x'.repeat(before)}${text}${endsWithNul ? '\0yyyy' : ''}`, 'latin1');
          const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
          const id = pool.intern(view, before, bytes.length);
          expect(id).toBe(numbers.get(text) ?? numbers.size);
          expect(pool.name(id)).toBe(text);
          numbers.set(text, id);
        }
      }),
    );
  });
});

describe('checksum', () => {
  it('is the same wherever the bytes stand, and another one for each changed bit (property)', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 50 }), fc.nat(), fc.nat(7), (bytes, at, bit) => {
        const elsewhere = new Uint8Array(bytes.length + 1).subarray(1);
        elsewhere.set(bytes);
        expect(checksum(elsewhere)).toEqual(checksum(bytes));
        elsewhere[at % bytes.length]! ^= 1 << bit;
        expect(checksum(elsewhere)).not.toEqual(checksum(bytes));
      }),
    );
  });
});

describe('hashOrder', () => {
  it('is by bucket, then by bytes (property)', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.stringMatching(/^[a-cà-ÿ]{0,4}$/), { maxLength: 80 }), (names) => {
        const strings = new ByteStrings(names.length, 16);
        for (const name of names) strings.add(name);
        const bucket = (name: string) => superFastHash(Buffer.from(name, 'latin1'), 0, name.length) & 1;
        const wanted = names.toSorted((one, other) => bucket(one) - bucket(other) || (one < other ? -1 : 1));
        expect(Array.from(hashOrder(strings, [...names.keys()], 2), (id) => names[id])).toEqual(wanted);
      }),
    );
  });
});

describe('FileSource', () => {
  it('gives the same bytes as the file, whatever is asked for (property)', () => {
    const bytes = Buffer.from(Array.from({ length: 200_000 }, (_, i) => (i * 7) ^ (i >> 8)));
    const path = join(directory, 'file');
    fc.assert(
      fc.property(
        fc.nat(bytes.length),
        fc.array(fc.tuple(fc.nat(), fc.nat(70_000)), { maxLength: 5 }),
        (size, asked) => {
          writeFileSync(path, bytes.subarray(0, size));
          const descriptor = openSync(path, 'r');
          const source = new FileSource(descriptor);
          expect(source.size).toBe(size);
          for (const [at, length] of asked) {
            const offset = at % (size + 1);
            const end = Math.min(size, offset + length);
            if (at % 2 === 0) source.readEnd(offset, length);
            expect([source.reaches(size), source.reaches(size + 1)]).toEqual([true, false]);
            expect(readPiece(source, offset, end - offset).equals(bytes.subarray(offset, end))).toBe(true);
          }
          closeSync(descriptor);
        },
      ),
      { numRuns: 50 },
    );
  });
});
