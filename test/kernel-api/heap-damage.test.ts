import { describe, expect, test } from 'vitest';
import { commit, frame, INIT } from './faulty-module.ts';

const LOCKDEP = '<4>Disabling lock debugging due to kernel taint';
const bug = (what: string) => `<3>BUG kmalloc-64 (Tainted: G           OE     ): ${what}`;
const fix = (what: string) => `<3>FIX kmalloc-64: ${what}`;

describe('a damaged heap is named in the words of slub_debug', () => {
  const allocated = (place: string) => `<3>Allocated in wrong+${place} [kb_fault] age=0 cpu=0 pid=80`;
  const freed = (place: string) => `<3>Freed in wrong+${place} [kb_fault] age=0 cpu=0 pid=80`;
  const bytes = (offset: number, expected: string) =>
    `<3>ADDRESS-ADDRESS @offset=${offset}. First byte 0x78 instead of 0x${expected}`;
  const object = () => '<3>Object ADDRESS @offset=64 fp=ADDRESS\n';
  const places = (lines: readonly string[]) => lines.map((line) => line.replace(/wrong\+0x\w+\/0x\w+/, 'wrong+PLACE'));
  const poison = (line: string) => /^<3>Object +ADDRESS: 6b/.test(line);

  test.each([
    [
      'kfree within an object',
      7,
      ['goes on', bug('Invalid object pointer ADDRESS'), INIT, LOCKDEP, fix('Object at ADDRESS not freed')],
    ],
    [
      'kfree of an object that is free',
      10,
      [
        'goes on',
        bug('Object already free'),
        allocated('PLACE'),
        freed('PLACE'),
        object(),
        INIT,
        LOCKDEP,
        fix('Object at ADDRESS not freed'),
      ],
    ],
    [
      'a write behind an object',
      15,
      [
        'goes on',
        bug('Right Redzone overwritten'),
        bytes(128, 'cc'),
        allocated('PLACE'),
        object(),
        '<3>Redzone  ADDRESS: cc cc cc cc 78 cc cc cc cc cc cc cc cc cc cc cc  ....x...........',
        INIT,
        LOCKDEP,
        fix('Restoring Right Redzone ADDRESS-ADDRESS=0xcc'),
        fix('Object at ADDRESS not freed'),
      ],
    ],
    [
      'a write before an object',
      23,
      [
        'goes on',
        bug('Left Redzone overwritten'),
        bytes(63, 'cc'),
        allocated('PLACE'),
        object(),
        '<3>Redzone  ADDRESS: cc cc cc cc cc cc cc cc cc cc cc cc cc cc cc 78  ...............x',
        INIT,
        LOCKDEP,
        fix('Restoring Left Redzone ADDRESS-ADDRESS=0xcc'),
        fix('Object at ADDRESS not freed'),
      ],
    ],
    [
      'a write to a free object, when it is handed out again',
      16,
      [
        'goes on',
        bug('Poison overwritten'),
        bytes(67, '6b'),
        allocated('PLACE'),
        freed('PLACE'),
        object(),
        frame('wrong+PLACE'),
        INIT,
        LOCKDEP,
        fix('Restoring Poison ADDRESS-ADDRESS=0x6b'),
        fix('Marking all objects used'),
      ],
    ],
  ])('%s', (_what, number, lines) => {
    expect(places(commit(number)).filter((line) => !poison(line))).toEqual(lines);
  });

  test('a write behind an object that is still in use is found when the command ends', () => {
    const lines = places(commit(28));
    expect(lines.filter((line) => /BUG|First byte|Allocated|FIX/.test(line))).toEqual([
      '<3>BUG kmalloc-32 (Tainted: G           OE     ): Right Redzone overwritten',
      '<3>ADDRESS-ADDRESS @offset=63. First byte 0x78 instead of 0xcc',
      allocated('PLACE'),
      '<3>FIX kmalloc-32: Restoring Right Redzone ADDRESS-ADDRESS=0xcc',
    ]);
  });

  test('slub_debug on the command line names a second kfree, where the kernel without it stops at BUG', () => {
    expect(commit(17, 'slub_debug=FZPU')[1]).toBe(bug('Object already free'));
  });

  test('slub_debug=- looks at nothing', () => {
    expect(commit(15, 'slub_debug=-')).toEqual(['goes on']);
  });
});
