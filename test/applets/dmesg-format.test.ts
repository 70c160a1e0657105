import { describe, expect, test } from 'vitest';
import { formatRecord, type LogFormat } from '../../src/applets/dmesg-format.ts';
import type { LogRecord } from '../../src/kernel/log/log-record.ts';

const PLAIN: LogFormat = {
  time: 'boot',
  raw: false,
  decode: false,
  forcePrefix: false,
  noEscape: false,
  bootTime: Date.UTC(2026, 0, 2, 3, 4, 5),
  paint: (_part, text) => text,
};

const record = (text: string, timestamp = 1_500_000): LogRecord => ({
  sequence: 0,
  timestamp,
  level: 4,
  text,
  space: 0,
});

describe('A log record', () => {
  test.each<[string, Partial<LogFormat>, string, string]>([
    ['has its time in seconds', {}, 'hello', '[    1.500000] hello\n'],
    ['has no time when none is wanted', { time: 'none' }, 'hello', 'hello\n'],
    ['is raw with its level', { raw: true, time: 'none' }, 'hello', '<4>hello\n'],
    ['is raw with its level on each line', { raw: true, time: 'none' }, 'a\nb', '<4>a\n<4>b\n'],
    ['continues under its text', {}, 'a\nb', '[    1.500000] a\n               b\n'],
    ['repeats its prefix on demand', { forcePrefix: true }, 'a\nb', '[    1.500000] a\n[    1.500000] b\n'],
    ['names facility and level', { decode: true }, 'hello', 'kern  :warn  : [    1.500000] hello\n'],
    ['shows control characters', { time: 'none' }, 'a\x7fb\x1bc\td', 'a\\x7fb\\x1bc\td\n'],
    ['shows stray bytes', { time: 'none' }, 'a\xffb', 'a\\xffb\n'],
    ['leaves UTF-8 alone', { time: 'none' }, 'na\xc3\xafve', 'na\xc3\xafve\n'],
    ['is left as it is without escapes', { time: 'none', noEscape: true }, 'a\x7f', 'a\x7f\n'],
  ])('%s', (_title, format, text, shown) => {
    expect(formatRecord(record(text), undefined, { ...PLAIN, ...format })).toBe(shown);
  });

  test('shows the time since the one before', () => {
    const shown = formatRecord(record('b'), record('a', 1_000_000), { ...PLAIN, time: 'delta' });
    expect(shown).toBe('[<    0.500000>] b\n');
  });

  test('a worrying one has its level as colour, another one its subsystem', () => {
    const paint: LogFormat['paint'] = (part, text) => `{${part}:${text}}`;
    const shown = (level: LogRecord['level']) =>
      formatRecord({ ...record('usb: new'), level }, undefined, { ...PLAIN, time: 'none', paint });
    expect(shown(3)).toBe('{err:usb: new}\n');
    expect(shown(6)).toBe('{subsystem:usb:}{text: new}\n');
  });
});
