import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { terminalText } from '../../src/host/terminal-text.ts';

const ESC = '\x1b';
const COLOUR = new RegExp(`${ESC}\\[[\\d;]*m`, 'g');
const CONTROL = new RegExp(['[\\x00-\\x08', '\\x0b-\\x1f', '\\x7f-\\x9f]'].join(''));

const shown = (text: string, encoding: BufferEncoding = 'utf8') =>
  Buffer.from(terminalText(Buffer.from(text, encoding))).toString('utf8');

describe('A terminal is shown', () => {
  test.each([
    ['tabs and newlines', 'a\tb\n', 'a\tb\n'],
    ['letters of any language', 'Grüße, 世界\n', 'Grüße, 世界\n'],
    ['our own colours', '\x1b[31mred\x1b[39m \x1b[1;32mgreen\x1b[0m', '\x1b[31mred\x1b[39m \x1b[1;32mgreen\x1b[0m'],
    ['hidden text', '\x1b[8mhidden\x1b[0m', '\\x1b[8mhidden\x1b[0m'],
    ['a cleared screen', '\x1b[2Jx', '\\x1b[2Jx'],
    ['a moved cursor', '\x1b[1;1Hx\r', '\\x1b[1;1Hx\\x0d'],
    ['a window title', '\x1b]0;title\x07', '\\x1b]0;title\\x07'],
    ['a C1 control', '\u009b2J', '\\x9b2J'],
    ['turned text', 'a\u202eb', 'a\\u202eb'],
  ])('%s', (_what, given, expected) => expect(shown(given)).toBe(expected));

  test('bytes that are no text, as numbers', () => {
    expect(shown('\xff\x9b2J \x1b[31mred\x1b[39m\n', 'latin1')).toBe('\\xff\\x9b2J \x1b[31mred\x1b[39m\n');
  });

  test('no byte sequence but colours begins an escape', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        const text = Buffer.from(terminalText(bytes)).toString('utf8');
        expect(text.replace(COLOUR, '')).not.toMatch(CONTROL);
      }),
    );
  });
});
