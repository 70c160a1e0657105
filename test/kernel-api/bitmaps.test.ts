import { expect, test } from 'vitest';
import { bootMachine, insmod, newLines } from './guest-machine.ts';

/** What modules/bitmaps.c says, as recorded on Debian's 6.1.0-56-amd64 in QEMU. */
test('bitmaps are read, searched, shifted and joined as wholes', () => {
  const machine = bootMachine();
  expect(insmod(machine, 'bitmaps')).toBe(0);
  expect(newLines(machine)).toEqual([
    'list "0-9,70,90-N": 0 0-9,70,90-99',
    'list "0-30:2/5": 0 0-1,5-6,10-11,15-16,20-21,25-26,30',
    'list "all:1/25": 0 0,25,50,75',
    'list " 1, 2\n3 ": 0 1-2',
    'list "": 0 ',
    'list "5-3": -22 ',
    'list "99-100": -34 ',
    'list "4:3/2": -22 ',
    'list "1,x": -22 1',
    'last 99 nth 66 100',
    'and 5 64 100 andnot 71',
    'complement 10-63,81-98',
    'left 30-39,94-99',
    'right 0-14,33',
    'replace 0-80,99',
    'area 10 16 111',
  ]);
});
