import { describe, expect, test } from 'vitest';
import { shownFiles } from './added-files.ts';
import { bootMachine, cat, insmod, newLines, rmmod, write } from './guest-machine.ts';

describe('files that a module makes', () => {
  const machine = bootMachine();
  expect(insmod(machine, 'files')).toBe(0);
  newLines(machine);

  test.each([
    ['proc/myproc', 'first\n'],
    ['proc/mydir/seq', 'item 0\nitem 1\nitem 2\n'],
    ['proc/mydir/one', 'single x data\n'],
    ['proc/mydir/sg', 'single x (null)\n'],
    ['sys/kernel/debug/mydbg/val', '5\n'],
    ['sys/kernel/debug/mydbg/hex', '0x00000005\n'],
    ['sys/kernel/debug/mydbg/b', 'N\n'],
    ['sys/kernel/myko/foo', '3\n'],
    ['dev/mycdev0', 'cdev data\n'],
    ['dev/mymisc', 'misc\n'],
    ['sys/class/mycls/mycdev0/hello', 'devattr mycdev0\n'],
    ['proc/nothing', -2],
  ])('%s reads as %j', (path, contents) => {
    expect(cat(machine, path)).toBe(contents);
  });

  test.each([
    ['proc/myproc', 'second', 6, 'second'],
    ['sys/kernel/myko/foo', '77\n', 3, '77\n'],
    ['sys/kernel/myko/foo', 'x', -22, '77\n'],
    ['sys/kernel/debug/mydbg/val', '9', 1, '9\n'],
    ['sys/class/mycls/mycdev0/hello', 'x', -13, 'devattr mycdev0\n'],
  ])('writing to %s the text %j gives %i', (path, text, taken, after) => {
    expect(write(machine, path, text)).toBe(taken);
    expect(cat(machine, path)).toBe(after);
  });

  test('all of them are gone when the module is', () => {
    expect(rmmod(machine, 'files')).toBe(0);
    expect(shownFiles(machine)).toEqual([]);
  });
});
