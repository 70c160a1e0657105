import fc from 'fast-check';
import { expect, test } from 'vitest';
import { globMatch } from '../../src/kernel-api/functions/text/glob.ts';

const byteString = fc.string({ unit: fc.integer({ min: 1, max: 255 }).map((code) => String.fromCharCode(code)) });
const quoted = (text: string) => text.replace(/[*?[\\]/g, '\\$&');

test('a text matches itself when its special characters are quoted, and nothing longer', () => {
  fc.assert(
    fc.property(byteString, (text) => {
      expect(globMatch(quoted(text), text)).toBe(true);
      expect(globMatch(quoted(text), `${text}x`)).toBe(false);
    }),
  );
});

test('a star takes anything, a question mark one character', () => {
  fc.assert(
    fc.property(byteString, byteString, byteString, (left, middle, right) => {
      expect(globMatch(`${quoted(left)}*${quoted(right)}`, left + middle + right)).toBe(true);
      expect(globMatch('?'.repeat(middle.length), middle)).toBe(true);
    }),
  );
});

test('any pattern gives an answer', () => {
  fc.assert(fc.property(byteString, byteString, (pattern, text) => typeof globMatch(pattern, text) === 'boolean'));
});
