import { expect, test } from 'vitest';
import { bootMachine, insmod, newLines } from './guest-machine.ts';

/** What modules/library.c says, as recorded on Debian's 6.1.0-56-amd64 in QEMU. */
test("the kernel's library sorts, keeps, matches and counts as the real one, comparison by comparison", () => {
  const machine = bootMachine();
  expect(insmod(machine, 'library')).toBe(0);
  expect(newLines(machine)).toEqual([
    'sort: 3:8 9:8 1:7 2:7 2<>7 7:9 3:8 5:8 9<>8 5<>9 9<>5 7:8 5:3 5:8 5<>8 8<>3 7:5 1:2 3:2 3:7 3<>7 7<>2 3:5 2:5 2<>5 5<>1 3:2 1:3 1<>3 3<>2 2:1 2<>1',
    'bsearch: 7:5 7:8 7:7 at 4',
    'bsearch: 4:5 4:2 4:3 0',
    'list_sort: 0:37 24:11 0:11 37:11 37:24 48:35 22:9 9:46 22:46 35:9 35:22 35:46 48:46 0:9 11:9 11:22 24:22 37:22 37:35',
    'sorted: 0 9 11 24 22 37 35 48 46',
    'alloc 0 size 16',
    'in 16 len 16 avail 0 full 1',
    'peek 3 012 len 16',
    'out 10 0123456789',
    'out 13 abcdefwrapped empty 1',
    'freed: size 1 initialized 0, alloc of 1: -22',
    'records 0 6 5',
    'next 5 avail 2',
    'record 3 thi, then 6',
    'skipped, empty 1, out 0',
    'words: 1 1 1 1 0 0 peek 1 0 0 11 22 33',
    'glob: 1 1 1 1 1 0 1',
    'escape 26 \\141\\t\\142\\"\\\\\\001\\200\\172',
    'escape 13 a\\x09b"\\\\x01z',
    'escape 16 key\\x',
    'unescape 9 41 41 0a 5c 71 5c 65 6e 64',
    'words 3 one|two|three|1',
    'replace a_b_c',
    'bin2hex 01abff',
    'mac 1 01:23:45:67:89:ab, 0',
    'gcd 12 7 lcm 30 0 3 pow 1594323',
    'rational 333/106',
    'prandom 27300641 90 3b 4b 00 4e 7c',
    'siphash 266fb4ed0635fd04 37382fc97ba06c65 9e6cc2a60ae0ec59 6b437288 6d13a501',
    'uuid 0 01234567-89ab-cdef-0123-456789abcdef 01 23 45 67 89 ab cd ef 01 23 45 67 89 ab cd ef',
    'guid 0 01234567-89ab-cdef-0123-456789abcdef 67 45 23 01 ab 89 ef cd 01 23 45 67 89 ab cd ef',
    'invalid -22 0',
  ]);
});
