import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nextArg } from '../../../src/kernel/params/next-arg.ts';

test.each([
  ['a=1 b', 'a', '1', 'b'],
  ['flag', 'flag', undefined, ''],
  ['a="two words" c', 'a', 'two words', 'c'],
  ['"a=two words" c', 'a', 'two words', 'c'],
  ['a="b"c d', 'a', 'b"c', 'd'],
  ['a=x"b c"d', 'a', 'x"b c"d', ''],
  ['=5', '=5', undefined, ''],
  ['a=" rest', 'a', ' rest', ''],
  ['a="', 'a', '', ''],
  ['"', '', undefined, ''],
  ['a=1\n\tb=2', 'a', '1', 'b=2'],
])('takes %j apart as the kernel does', (args, param, value, rest) => {
  expect(nextArg(args)).toEqual({ param, value, rest });
});

test('gets to the end of any string', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', minLength: 1 }), (text) => {
      let rest = text;
      let turns = 0;
      while (rest !== '' && turns <= text.length) {
        rest = nextArg(rest).rest;
        turns++;
      }
      expect(rest).toBe('');
    }),
  );
});
