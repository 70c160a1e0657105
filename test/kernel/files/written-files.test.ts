import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { findWritableFile } from '../../../src/kernel/files/builtin-sysfs.ts';
import { freshKernel, load, sample } from '../load-support.ts';

/** A write(2) of root on Linux 6.1, one after the other on one machine: its result, what the file shows then, and the log. */
interface Row {
  readonly path: string;
  /** A byte string; `A*300`: 300 of them. */
  readonly text: string;
  readonly result: number;
  readonly shown?: string;
  readonly log?: readonly string[];
}

const place = new URL('recorded/writes.json', import.meta.url);
const rows = JSON.parse(readFileSync(place, 'utf8')) as readonly Row[];
const MANY = /^(.)\*(\d{3,})$/;

const kernel = freshKernel();
load(kernel, sample('hello/hello'));
/** What was set before on the recorded machine: an unsafe parameter had been written. */
kernel.taint |= 1 << 6;

test.each(rows)('$path takes $text as recorded', ({ path, text, result, shown, log }) => {
  const [, char = '', count = '0'] = MANY.exec(text) ?? [];
  const written = char === '' ? text : char.repeat(Number(count));
  const before = kernel.log.length;
  const file = findWritableFile(kernel, path)!;
  const got = written === '' ? 0 : file.store(kernel, written);
  const said = kernel.log.slice(before).map((record) => `<${record.level}>${record.text}`);
  expect([got, shown === undefined ? undefined : file.show(kernel), said]).toEqual([result, shown, log ?? []]);
});
