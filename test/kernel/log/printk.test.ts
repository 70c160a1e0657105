import { expect, test } from 'vitest';
import { clearLog, KERN, printk, printkOnce, readLog, storeMessage } from '../../../src/kernel/log/printk.ts';
import { freshKernel } from '../load-support.ts';

test('a whole message is one record, whatever lines it has', () => {
  const kernel = freshKernel();
  printk(kernel, KERN.WARNING, 'one\ntwo');
  expect(readLog(kernel)).toEqual([{ sequence: 0, timestamp: 0, level: 4, text: 'one\ntwo', space: 24 }]);
});

test('a message over the limit is cut at 989 characters and seen only with the next one', () => {
  const kernel = freshKernel();
  printk(kernel, KERN.INFO, 'x'.repeat(1000));
  expect(readLog(kernel)).toEqual([]);
  printk(kernel, KERN.INFO, 'next');
  expect(readLog(kernel).map(({ text }) => text.length)).toEqual([989, 4]);
});

test('KERN_CONT goes on with a message that had no newline', () => {
  const kernel = freshKernel();
  storeMessage(kernel, KERN.INFO, 'a');
  storeMessage(kernel, KERN.INFO, 'b\n', { continued: true });
  storeMessage(kernel, KERN.INFO, 'c\n', { continued: true });
  expect(readLog(kernel).map(({ text }) => text)).toEqual(['ab', 'c']);
});

test('printk_once says a thing once', () => {
  const kernel = freshKernel();
  for (let turn = 0; turn < 3; turn++) printkOnce(kernel, 'key', KERN.INFO, 'once');
  expect(readLog(kernel)).toHaveLength(1);
});

test('a cleared log begins with what comes next', () => {
  const kernel = freshKernel();
  printk(kernel, KERN.INFO, 'old');
  clearLog(kernel);
  printk(kernel, KERN.INFO, 'new');
  expect(readLog(kernel).map(({ text }) => text)).toEqual(['new']);
});

test('the ring keeps its size and drops the oldest records, continued ones too', () => {
  const kernel = freshKernel();
  for (let turn = 0; turn < 10_000; turn++) {
    const text = `line ${turn} ${'.'.repeat(turn % 200)}`;
    if (turn % 3 === 0) storeMessage(kernel, KERN.INFO, text);
    else if (turn % 3 === 1) storeMessage(kernel, KERN.INFO, `${text}\n`, { continued: true });
    else printk(kernel, KERN.INFO, text);
  }
  const space = kernel.log.reduce((sum, entry) => sum + entry.space, 0);
  expect(space).toBeLessThanOrEqual(131072);
  expect(space).toBeGreaterThan(131072 - 500);
  expect(kernel.log.at(-1)?.text).toMatch(/^line 9999 /);
});
