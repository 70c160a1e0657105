import { describe, expect, it } from 'vitest';
import { fnmatch } from '../../src/kmod/fnmatch.ts';

describe('fnmatch', () => {
  it.each([
    ['abc', 'abc', true],
    ['abc', 'abd', false],
    ['', '', true],
    ['', 'a', false],
    ['*', '', true],
    ['a*c', 'abbc', true],
    ['a*c*', 'acb', true],
    ['a*b*c', 'axbxbxc', true],
    ['a*b*c', 'axbxb', false],
    ['?', 'a', true],
    ['?', '', false],
    ['[a-c]x', 'bx', true],
    ['[!a-c]x', 'bx', false],
    ['[^a-c]x', 'dx', true],
    ['[]]', ']', true],
    ['[a-]', '-', true],
    ['[[:digit:]]', '7', true],
    ['[[:digit:]]', 'a', false],
    ['[abc', '[abc', true],
    ['\\*', '*', true],
    ['\\*', 'a', false],
    ['pci:v*d*sv*', 'pci:v00001AF4d00001000sv1', true],
    ['*', 'a/b', true],
    ['*', '.hidden', true],
  ])('%j against %j is %j', (pattern, text, expected) => {
    expect(fnmatch(pattern, text)).toBe(expected);
  });

  it('answers a hostile pattern in time that is at most pattern times text', () => {
    expect(fnmatch(`${'*a'.repeat(60)}b`, 'a'.repeat(4000))).toBe(false);
  });
});
