import { expect, test } from 'vitest';
import { bootMachine, insmod, newLines } from './guest-machine.ts';

/** What modules/processors.c says, as recorded on Debian's 6.1.0-56-amd64 in QEMU. */
test('a function called on each processor runs once with interrupts off, and times are kept normal', () => {
  const machine = bootMachine();
  expect(insmod(machine, 'processors')).toBe(0);
  expect(newLines(machine)).toEqual([
    'single: processor 0, interrupts off 1',
    'single 0 -6',
    'each: processor 0, interrupts off 1',
    'asked for 0',
    'interrupts off 0',
    '1.999999900',
    '-2.000000100',
    '-3.000000006',
    '0 951868800 1735606923',
  ]);
});
