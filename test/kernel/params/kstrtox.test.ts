import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { kstrtobool, kstrtoll, kstrtoull } from '../../../src/kernel/params/kstrtox.ts';
import { freshKernel } from '../load-support.ts';

const EINVAL = { error: -22 };
const ERANGE = { error: -34 };

describe('kstrtoull', () => {
  test.each([
    ['0', { value: 0n }],
    ['010', { value: 8n }],
    ['0x10', { value: 16n }],
    ['+7', { value: 7n }],
    ['7\n', { value: 7n }],
    ['18446744073709551615', { value: 18446744073709551615n }],
    ['18446744073709551616', ERANGE],
    ['', EINVAL],
    ['-1', EINVAL],
    ['08', EINVAL],
    ['0x', EINVAL],
    ['0xg', EINVAL],
    ['7 ', EINVAL],
    ['7\n\n', EINVAL],
    ['++7', EINVAL],
  ])('reads %j', (text, expected) => {
    expect(kstrtoull(text)).toEqual(expected);
  });
});

describe('kstrtoll', () => {
  test.each([
    ['-9223372036854775808', { value: -(1n << 63n) }],
    ['-9223372036854775809', ERANGE],
    ['9223372036854775807', { value: (1n << 63n) - 1n }],
    ['9223372036854775808', ERANGE],
    ['-+1', EINVAL],
  ])('reads %s', (text, expected) => {
    expect(kstrtoll(text)).toEqual(expected);
  });

  test('reads back whatever number was printed', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(1n << 63n), max: (1n << 63n) - 1n }), (value) => {
        expect(kstrtoll(value.toString())).toEqual({ value });
      }),
    );
  });
});

test.each([
  ['y', { value: true }],
  ['Yes', { value: true }],
  ['t', { value: true }],
  ['on', { value: true }],
  ['oN', { value: true }],
  ['off', { value: false }],
  ['0', { value: false }],
  ['o', EINVAL],
  ['2', EINVAL],
  ['', EINVAL],
  ['constructor', EINVAL],
])('kstrtobool reads %j by its first letters', (text, expected) => {
  expect(kstrtobool(freshKernel(), text)).toEqual(expected);
});

test.each(['t', 'true', 'T', 'f', 'False'])('kstrtobool before 5.19 does not know %j', (text) => {
  expect(kstrtobool(freshKernel({ versionNumbers: [5, 18, 0] }), text)).toEqual(EINVAL);
});
