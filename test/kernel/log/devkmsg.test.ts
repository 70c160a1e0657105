import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { kmsgText, writeKmsg } from '../../../src/kernel/log/devkmsg.ts';
import { freshKernel } from '../load-support.ts';

/** A write(2) into /dev/kmsg of Linux 6.1, and the record that it left. Texts are byte strings. */
interface Row {
  readonly write: string;
  readonly result: number;
  readonly priority?: number;
  readonly text?: string;
}

const place = new URL('recorded/kmsg-writes.json', import.meta.url);
const rows = JSON.parse(readFileSync(place, 'utf8')) as readonly Row[];

test.each(rows)('a write of $write into /dev/kmsg is logged as recorded', ({ write, result, priority, text }) => {
  const kernel = freshKernel();
  const got = writeKmsg(kernel, write);
  const last = kernel.log.at(-1);
  const logged = last && { priority: ((last.facility ?? 0) << 3) | last.level, text: last.text };
  expect([got, logged]).toEqual([result, priority === undefined ? undefined : { priority, text }]);
});

test('reading /dev/kmsg gives a line for each finished record, and escapes what is no plain character', () => {
  const kernel = freshKernel();
  for (const text of ['<3>a\\b\n\x01\n', 'open']) writeKmsg(kernel, text);
  expect(kmsgText(kernel)).toBe('11,0,0,-;a\\x5cb\\x0a\\x01\n');
});
