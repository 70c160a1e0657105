import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { IndexError, openIndex } from '../../../src/kmod/index/index-file.ts';
import { type IndexEntry, writeIndex } from '../../../src/kmod/index/index-writer.ts';

const entry = (key: string, value: string, priority = 0): IndexEntry => ({ key, value, priority });
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const index = (entries: IndexEntry[]) => openIndex(writeIndex(entries), 'modules.alias.bin');

describe('writeIndex', () => {
  it('writes 12 bytes for no entries', () => {
    expect(hex(writeIndex([]))).toBe('b007f457000200010000000c');
  });

  it('writes each node before its children, the root at 12 without prefix', () => {
    expect(hex(writeIndex([entry('abc', 'x', 7), entry('ab', 'y'), entry('b', 'z')]))).toBe(
      ['b007f457 00020001 2000000c', '6162 e0000016 40000032', '6200 6363 40000028 00000001 00000000 7900']
        .concat('00000001 00000007 7800', '00000001 00000000 7a00')
        .join('')
        .replaceAll(' ', ''),
    );
  });
});

describe('openIndex', () => {
  const aliases = index([
    entry('pci:v8086d*', 'wide', 3),
    entry('pci:v8086d12[34]', 'set', 1),
    entry('pci:v8086d123', 'exact', 2),
    entry('*', 'all', 9),
    entry('pci:v?086d123', 'one', 1),
  ]);

  it('search gives the first value of exactly the key', () => {
    const twice = index([entry('a', 'first', 5), entry('a', 'second', 5), entry('a', 'third', 6)]);
    expect([twice.search('a'), twice.search(''), twice.search('ab'), aliases.search('pci:v8086d9')]).toEqual([
      'second',
      undefined,
      undefined,
      undefined,
    ]);
  });

  it.each([
    ['pci:v8086d123', ['set', 'one', 'exact', 'wide', 'all']],
    ['pci:v8086d124', ['set', 'wide', 'all']],
    ['usb:x', ['all']],
  ])('searchWildcard finds what matches %s by priority, a later found equal first', (key, values) => {
    expect(aliases.searchWildcard(key).toSorted()).toEqual(values.toSorted());
  });

  it('gives back every entry that was written (property)', () => {
    const key = fc.stringMatching(/^[ -~]{0,6}$/);
    fc.assert(
      fc.property(fc.array(fc.tuple(key, fc.stringMatching(/^[ -~]{0,4}$/), fc.nat(3))), (rows) => {
        const dumped = [...index(rows.map(([k, v, p]) => entry(k, v, p))).dump()];
        expect(dumped.map(String).sort()).toEqual(rows.map(([k, v]) => String([k, v])).sort());
      }),
    );
  });
});

describe('a damaged index', () => {
  const good = writeIndex([entry('abc', 'x'), entry('abd', 'y')]);
  const changed = (...edits: [at: number, bytes: string][]) => {
    const bytes = Buffer.from(good);
    for (const [at, text] of edits) bytes.write(text, at, 'hex');
    return bytes;
  };
  const readAll = (bytes: Uint8Array) => () => {
    const opened = openIndex(bytes, 'f.bin');
    opened.search('abc');
    opened.searchWildcard('abc');
    [...opened.dump()];
  };

  it.each([
    ['wrong magic', changed([0, '00']), 'f.bin: damaged index at offset 0: wrong magic'],
    ['another version', changed([4, '0003']), 'f.bin: damaged index at offset 4: unknown version'],
    ['nothing', good.subarray(0, 0), 'f.bin: damaged index at offset 0: the file ends here'],
    [
      'a root past the end',
      changed([8, '20ffffff']),
      'f.bin: damaged index at offset 16777215: offset past the end of the file',
    ],
    [
      'a node that is its own child',
      changed([14, '2000000c']),
      'f.bin: damaged index at offset 12: a node is its own descendant',
    ],
    ['2^32 - 1 values', changed([30, 'ffffffff']), 'f.bin: damaged index at offset 50: the file ends here'],
    ['a key that is not ASCII', changed([18, 'e9']), 'f.bin: damaged index at offset 18: a key that is not ASCII'],
    ['children beyond ASCII', changed([12, '61ff']), 'f.bin: damaged index at offset 12: impossible range of children'],
    [
      'a value without an end',
      good.subarray(0, good.length - 1),
      'f.bin: damaged index at offset 48: a string without an end',
    ],
  ])('%s is one error that names file and offset', (_what, bytes, message) => {
    expect(readAll(bytes)).toThrow(IndexError);
    expect(readAll(bytes)).toThrow(message);
  });

  it('any bytes are read or raise IndexError (property)', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }), (edits) => {
        const bytes = Buffer.from(good);
        for (const [at, value] of edits) bytes[at] = value;
        try {
          readAll(bytes)();
        } catch (error) {
          expect(error).toBeInstanceOf(IndexError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
