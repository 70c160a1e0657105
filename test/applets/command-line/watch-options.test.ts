import { expect, test } from 'vitest';
import { takeWatchOptions } from '../../../src/applets/command-line/watch-options.ts';

const NONE = { explain: false, trace: false, verbose: false, json: false };

test.each([
  ['x.ko', undefined, 'x.ko'],
  ['--json x.ko', { ...NONE, json: true }, 'x.ko'],
  ['--explain --json x.ko a=1', { ...NONE, explain: true, json: true }, 'x.ko a=1'],
  ['--trace -v x.ko', { ...NONE, trace: true, verbose: true }, 'x.ko'],
  ['-v x.ko', undefined, '-v x.ko'],
  ['x.ko --json', undefined, 'x.ko --json'],
])('insmod %s: our own options are those in front', (line, options, words) => {
  expect(takeWatchOptions(line.split(' '))).toEqual({ options, words: words.split(' ') });
});
