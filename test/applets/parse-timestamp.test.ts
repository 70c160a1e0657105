import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { parseTimestamp } from '../../src/applets/dmesg/parse-timestamp.ts';

beforeAll(() => vi.stubEnv('TZ', 'UTC'));
afterAll(() => vi.unstubAllEnvs());

const NOW = new Date('2026-11-21T21:54:30Z');
const parsed = (text: string): string | undefined => {
  const seconds = parseTimestamp(text, NOW);
  return seconds === undefined ? undefined : new Date(seconds * 1000).toISOString().slice(0, 19);
};

describe('a time as util-linux reads it', () => {
  test.each([
    ['now', '2026-11-21T21:54:30'],
    ['yesterday', '2026-11-20T00:00:00'],
    ['tomorrow', '2026-11-22T00:00:00'],
    ['+1w', '2026-11-28T21:54:30'],
    ['-1h 30min', '2026-11-21T20:24:30'],
    ['-1.5h', '2026-11-21T20:24:30'],
    ['2 hours ago', '2026-11-21T19:54:30'],
    ['26-11-20', '2026-11-20T00:00:00'],
    ['70-01-02', '1970-01-02T00:00:00'],
    ['2026-02-30', '2026-03-02T00:00:00'],
    ['2026-1-2', '2026-01-02T00:00:00'],
    ['2026-11-21T10:20:30', '2026-11-21T10:20:30'],
    ['2026-11-21  10:20', '2026-11-21T10:20:00'],
    ['20261121102030', '2026-11-21T10:20:00'],
    ['10:20', '2026-11-21T10:20:00'],
    ['23:59:60', '2026-11-22T00:00:00'],
    ['Sat 2026-11-21', '2026-11-21T00:00:00'],
  ])('%s', (text, shown) => expect(parsed(text)).toBe(shown));

  test.each([
    '',
    'junk',
    '5',
    '-90',
    '-+5',
    '5 ago',
    '+',
    '-5x',
    '5.',
    '24:00',
    '2026-13-01',
    '2026-11-21 ',
    'Sun 2026-11-21',
    'Now',
  ])('%j is none', (text) => expect(parsed(text)).toBeUndefined());
});
