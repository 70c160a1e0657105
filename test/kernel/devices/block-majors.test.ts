import { expect, test } from 'vitest';
import { registerBlockMajor, unregisterBlockMajor } from '../../../src/kernel/devices/block-majors.ts';
import { procDevices } from '../../../src/kernel/devices/char-devices.ts';
import { bootMachine, newLines } from '../../kernel-api/guest-machine.ts';

/** Recorded on Debian's 6.1.0-56-amd64: a module that registers these, and /proc/devices after it. */
test('majors of block devices are given, refused and listed as block/genhd.c does', () => {
  const machine = bootMachine();
  const { kernel } = machine;
  const asked = [
    [0, 'dyn', 254],
    [0, 'a_name_of_more_than_fifteen', 253],
    [253, 'dup', -16],
    [600, 'big', -22],
    [259, 'ext', -16],
    [8, 'sd', 0],
  ] as const;
  expect(asked.map(([major, name]) => registerBlockMajor(kernel, major, name))).toEqual(asked.map(([, , got]) => got));
  expect(newLines(machine)).toEqual([
    'register_blkdev: cannot get major 253 for dup',
    '__register_blkdev: major requested (600) is greater than the maximum (511) for big',
    'register_blkdev: cannot get major 259 for ext',
  ]);
  const blockPart = () => procDevices(kernel).split('Block devices:\n')[1];
  expect(blockPart()).toBe('  8 sd\n253 a_name_of_more_\n254 dyn\n259 blkext\n');
  expect(unregisterBlockMajor(kernel, 8, 'other')).toBe(false);
  expect(unregisterBlockMajor(kernel, 254, 'dyn')).toBe(true);
  expect(blockPart()).toBe('  8 sd\n253 a_name_of_more_\n259 blkext\n');
});
