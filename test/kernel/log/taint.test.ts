import { expect, test } from 'vitest';
import { addTaint, moduleFlagsTaint, printTainted, TAINT } from '../../../src/kernel/log/taint.ts';
import { freshKernel } from '../load-support.ts';

test('lock debugging is switched off once', () => {
  const kernel = freshKernel();
  addTaint(kernel, TAINT.FORCED_MODULE, 'LOCKDEP_NOW_UNRELIABLE');
  addTaint(kernel, TAINT.FORCED_RMMOD, 'LOCKDEP_NOW_UNRELIABLE');
  expect(kernel.taint).toBe(10);
  expect(kernel.log.map(({ text }) => text)).toEqual(['Disabling lock debugging due to kernel taint']);
});

test.each([
  [0, ''],
  [12288, 'OE'],
  [12289, 'POE'],
  [0x7ffff, 'PFCOEKXTN'],
])('the module taints %i are shown as %s', (taints, letters) => {
  expect(moduleFlagsTaint(taints)).toBe(letters);
});

test('an oops shows every flag in its column', () => {
  const kernel = freshKernel();
  expect(printTainted(kernel)).toBe('Not tainted');
  kernel.taint = 12288;
  expect(printTainted(kernel)).toBe('Tainted: G           OE     ');
});
