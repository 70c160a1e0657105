import { expect, test } from 'vitest';
import { hexDump } from '../../../src/applets/output/hex-dump.ts';

const CASES: readonly (readonly [what: string, bytes: string, shown: readonly string[]])[] = [
  ['nothing is no line', '', []],
  [
    'a short row is filled up with blanks',
    'abc\n',
    ['00000000  61 62 63 0a                                       |abc.|', '00000004'],
  ],
  [
    'rows that repeat the one before are one star',
    '\0'.repeat(64),
    ['00000000  00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00  |................|', '*', '00000040'],
  ],
  [
    'bytes beyond ASCII are dots',
    '\xff~ 3456789abcdefg',
    [
      '00000000  ff 7e 20 33 34 35 36 37  38 39 61 62 63 64 65 66  |.~ 3456789abcdef|',
      '00000010  67                                                |g|',
      '00000011',
    ],
  ],
];

test.each(CASES)('hexdump -C: %s', (_what, bytes, shown) => {
  expect(hexDump(bytes)).toBe(shown.map((line) => `${line}\n`).join(''));
});
