import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decode, encode } from '../../src/state/codec.ts';

const key = fc.string().filter((name) => !name.startsWith('%'));
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.integer(),
    fc.string({ unit: 'binary' }),
    fc.boolean(),
    fc.bigInt(),
    fc.uint8Array(),
    fc.array(tie('value')),
    fc
      .tuple(fc.integer(), fc.integer(), fc.nat(20))
      .map(([first, step, count]) => Array.from({ length: count }, (_, i) => first + i * step)),
    fc.array(fc.tuple(fc.string(), tie('value'))).map((entries) => new Map(entries)),
    fc.uniqueArray(fc.string()).map((items) => new Set(items)),
    fc.array(fc.tuple(key, tie('value'))).map((entries) => Object.fromEntries(entries)),
  ),
}));

test('whatever plain data is kept comes back the same', () => {
  fc.assert(
    fc.property(value, (data) => {
      expect(decode(JSON.parse(JSON.stringify(encode(data))))).toEqual(data);
    }),
  );
});

test('integers in equal steps stand as first, step and count; what breaks the steps does not', () => {
  const run = [40, 32, 24, 16, 8, 0, -8, -16];
  expect([encode(run), encode([...run, 0]), encode(run.slice(1))]).toEqual([
    { '%run': [40, -8, 8] },
    [...run, 0],
    run.slice(1),
  ]);
});
