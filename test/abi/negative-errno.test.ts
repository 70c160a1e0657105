import { expect, test } from 'vitest';
import { type ErrnoName, errnoNumber } from '../../src/abi/errno.ts';
import * as negative from '../../src/abi/negative-errno.ts';

/** From here on numbers stay within the kernel: include/linux/errno.h. */
const FIRST_OF_THE_KERNEL = 512;

test('each negative error number is that of its name', () => {
  const all = Object.entries(negative).flatMap(([name, value]) =>
    typeof value === 'number' ? [[name, value] as const] : [],
  );
  const shown = all.filter(([, number]) => number < 0 && -number < FIRST_OF_THE_KERNEL);
  expect(shown.map(([name, number]) => [name, -number])).toEqual(
    shown.map(([name]) => [name, errnoNumber(name as ErrnoName)]),
  );
});
