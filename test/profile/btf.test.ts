import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Btf } from '../../src/profile/btf/btf.ts';
import { cType } from '../../src/profile/btf/c-type.ts';
import { encodeNameIndex, readNameIndex } from '../../src/profile/btf/name-index.ts';
import { functionPrototype } from '../../src/profile/btf/prototype.ts';
import { pruneBtf } from '../../src/profile/btf/prune.ts';
import { structLayout, structMembers } from '../../src/profile/btf/struct-layout.ts';
import { memorySource } from '../../src/profile/container/byte-source.ts';
import { ProfileError } from '../../src/profile/profile-error.ts';
import { type BuiltType, buildBtf, POINT } from './build-btf.ts';

const POINT_ID = 8;
const LOOKUP_ID = 15;

/** Everything that a profile asks of a BTF. */
function askAll(btf: Btf): void {
  encodeNameIndex(btf);
  pruneBtf(btf, () => true);
  for (let id = 1; id < btf.typeCount; id++) {
    structLayout(btf, id, 8).offsetOf('x');
    structMembers(btf, id);
    functionPrototype(btf, id, 8);
  }
}

describe('a BTF', () => {
  it('gives size and offsets of a struct with the members of anonymous members lifted', () => {
    const { size, offsetOf } = structLayout(new Btf(memorySource(buildBtf(POINT))), POINT_ID, 8);
    expect([size, ...['x', 'name', 'id', 'list', 'next'].map(offsetOf)]).toEqual([32, 0, 8, 8, 16, undefined]);
  });

  it('gives the members of a struct with C types and bit-fields', () => {
    expect(structMembers(new Btf(memorySource(buildBtf(POINT))), POINT_ID)).toEqual([
      { name: 'x', type: 'int', bitOffset: 0, bitSize: 0 },
      { name: 'name', type: 'char *', bitOffset: 64, bitSize: 0 },
      { name: 'id', type: 'const int', bitOffset: 64, bitSize: 3 },
      { name: 'list', type: 'struct list_head', bitOffset: 128, bitSize: 0 },
    ]);
  });

  it('gives the prototype of a function with what its pointers point to', () => {
    expect(functionPrototype(new Btf(memorySource(buildBtf(POINT))), LOOKUP_ID, 8)).toEqual({
      returns: {
        kind: 'pointer',
        size: 8,
        signed: false,
        target: { kind: 'void', structName: '', size: 0, constant: false },
        text: 'void *',
      },
      parameters: [
        {
          name: 'where',
          type: {
            kind: 'pointer',
            size: 8,
            signed: false,
            target: { kind: 'struct', structName: 'point', size: 32, constant: true },
            text: 'const struct point *',
          },
        },
        { name: 'count', type: { kind: 'integer', size: 8, signed: false, target: undefined, text: 'size_t' } },
      ],
      variadic: true,
    });
  });

  const SPELLED: readonly (readonly [string, readonly BuiltType[]])[] = [
    [
      'int[4]',
      [
        { kind: 'INT', name: 'int', third: 4, words: [32] },
        { kind: 'ARRAY', words: [1, 1, 4] },
      ],
    ],
    [
      'int (*)(int)',
      [
        { kind: 'INT', name: 'int', words: [32] },
        { kind: 'FUNC_PROTO', third: 1, rows: 1, words: ['', 1] },
        { kind: 'PTR', third: 2 },
      ],
    ],
    ['void (*)(void)', [{ kind: 'FUNC_PROTO' }, { kind: 'PTR', third: 1 }]],
    [
      'char **',
      [
        { kind: 'INT', name: 'char', words: [8] },
        { kind: 'PTR', third: 1 },
        { kind: 'PTR', third: 2 },
      ],
    ],
    [
      'char * const',
      [
        { kind: 'INT', name: 'char', words: [8] },
        { kind: 'PTR', third: 1 },
        { kind: 'CONST', third: 2 },
      ],
    ],
    ['union {...}', [{ kind: 'UNION' }]],
    ['union later', [{ kind: 'FWD', name: 'later', flag: true }]],
    ['struct later', [{ kind: 'FWD', name: 'later' }]],
    ['enum colour', [{ kind: 'ENUM', name: 'colour', third: 4 }]],
  ];

  it.each(SPELLED)('spells %s as C does', (text, types) => {
    expect(cType(new Btf(memorySource(buildBtf(types))), types.length)).toBe(text);
  });

  it('finds structs, typedefs and functions by name without scanning', () => {
    const btf = new Btf(memorySource(buildBtf(POINT)));
    const names = readNameIndex(encodeNameIndex(btf));
    const again = new Btf(memorySource(buildBtf(POINT)), undefined, names.offsets);
    expect(names.find(again, 'struct', 'point')).toBe(POINT_ID);
    expect(names.find(again, 'struct', 'size_t')).toBe(12);
    expect(names.find(again, 'function', 'lookup')).toBe(LOOKUP_ID);
    expect(names.find(again, 'struct', 'lookup')).toBeUndefined();
    expect([...names.ids('struct')].map((id) => again.name(id))).toEqual(['colour_t', 'list_head', 'point', 'size_t']);
  });

  it('of a module counts on from the types and strings of its base', () => {
    const base = new Btf(memorySource(buildBtf(POINT)));
    const own = buildBtf(
      [
        {
          kind: 'STRUCT',
          name: 'mine',
          third: 48,
          rows: 2,
          words: ['where', POINT_ID, 0, 'next', base.typeCount + 1, 256],
        },
        { kind: 'PTR', third: base.typeCount },
      ],
      base.stringsEnd,
    );
    const split = new Btf(memorySource(own), base);
    expect(structMembers(split, base.typeCount)).toEqual([
      { name: 'where', type: 'struct point', bitOffset: 0, bitSize: 0 },
      { name: 'next', type: 'struct mine *', bitOffset: 256, bitSize: 0 },
    ]);
    expect([structMembers(split, POINT_ID), structLayout(split, POINT_ID, 8).size]).toEqual([
      structMembers(base, POINT_ID),
      32,
    ]);
  });

  it('pruned keeps layouts and the prototypes asked for, and drops other functions and enumerators', () => {
    const whole = new Btf(memorySource(buildBtf(POINT)));
    const pruned = new Btf(memorySource(pruneBtf(whole, (name) => name === 'lookup')));
    const names = readNameIndex(encodeNameIndex(pruned));
    const lookup = names.find(pruned, 'function', 'lookup')!;
    expect(functionPrototype(pruned, lookup, 8)).toEqual(functionPrototype(whole, LOOKUP_ID, 8));
    expect(structMembers(pruned, names.find(pruned, 'struct', 'point')!)).toEqual(structMembers(whole, POINT_ID));
    expect(names.find(pruned, 'function', 'hidden')).toBeUndefined();
    expect(structLayout(pruned, names.find(pruned, 'struct', 'colour_t')!, 8).size).toBe(4);
    expect(Buffer.from(pruneBtf(whole, () => true)).includes('RED')).toBe(false);
  });

  const BROKEN: readonly (readonly [string, Uint8Array, string])[] = [
    ['nothing', new Uint8Array(0), 'BTF: truncated'],
    ['another magic', new Uint8Array(24), 'BTF: wrong magic'],
    ['a cut', buildBtf(POINT).subarray(0, 100), 'BTF: truncated'],
    ['an unknown version', buildBtf([]).with(2, 9), 'BTF: unknown version 9'],
    ['an unknown kind', buildBtf([{ kind: 'INT' }]).with(31, 31), 'BTF: unknown kind 31'],
  ];

  it.each(BROKEN)('with %s is refused in one line', (_what, blob, message) => {
    expect(() => new Btf(memorySource(blob))).toThrow(new ProfileError(message));
  });

  it.each([
    ['a typedef of itself', [{ kind: 'TYPEDEF', name: 'a', third: 1 }]],
    ['an array of itself', [{ kind: 'ARRAY', words: [1, 1, 2] }]],
    ['an anonymous struct in itself', [{ kind: 'STRUCT', rows: 1, words: ['', 1, 0] }]],
  ] as const)('with %s is refused and not followed for ever', (_what, types) => {
    expect(() => structLayout(new Btf(memorySource(buildBtf(types))), 1, 8).offsetOf('a')).toThrow(
      new ProfileError('BTF: types nest too deeply'),
    );
  });

  it('with a function that takes functions that take functions spells only a part of it', () => {
    const rows = 60;
    const words = Array.from({ length: rows }, () => ['', 2] as const).flat();
    const blob = buildBtf([
      { kind: 'FUNC_PROTO', third: 0, rows, words },
      { kind: 'PTR', third: 1 },
    ]);
    const btf = new Btf(memorySource(blob));
    expect(cType(btf, 1).length).toBeLessThan(10_000);
  });

  it('of any bytes, or with any byte changed, answers or raises ProfileError', () => {
    const blob = buildBtf(POINT);
    const changed = fc
      .tuple(fc.nat(blob.length - 1), fc.nat(255), fc.nat(blob.length))
      .map(([at, byte, end]) => blob.with(at, byte).subarray(0, Math.max(end, blob.length - (end % 40))));
    fc.assert(
      fc.property(fc.oneof(changed, fc.uint8Array({ maxLength: 200 })), (bytes) => {
        try {
          askAll(new Btf(memorySource(bytes)));
        } catch (error) {
          expect(error).toBeInstanceOf(ProfileError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
