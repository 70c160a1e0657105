import { describe, expect, test } from 'vitest';
import { TaskKilled } from '../../src/kernel/task-killed.ts';
import { readFile } from '../../src/kernel-api/vfs/file-io.ts';
import { O } from '../../src/kernel-api/vfs/file-object.ts';
import { closeFile, openFile } from '../../src/kernel-api/vfs/open-file.ts';
import { bootMachine, cat, inKernel, insmod, newLines, rmmod, write } from './guest-machine.ts';

/** What modules/fileops.c does, as recorded on Debian's 6.1.0-56-amd64 in QEMU. */
describe('a device', () => {
  const machine = bootMachine();
  expect(insmod(machine, 'fileops')).toBe(0);
  newLines(machine);

  test('may copy more than the program asked for, whose memory goes on behind its buffer', () => {
    const text = inKernel(machine, (session) => {
      const file = openFile(session, 'dev/fileops', O.RDONLY);
      if (typeof file === 'number') return file;
      const part = readFile(session, file, 10);
      closeFile(session, file);
      return part;
    });
    expect(text).toBe('Hello_World'.padEnd(1024, '\0'));
    expect(newLines(machine)).toEqual([
      'open: mode 1d flags 8000',
      'read of 10: 0 left',
      'release: mode a0019 flags 8000',
    ]);
  });

  test('is closed when the program dies in it', () => {
    expect(() => write(machine, 'dev/fileops', 'x')).toThrow(TaskKilled);
    const lines = newLines(machine);
    expect([...lines.slice(0, 3), lines.at(-1)]).toEqual([
      'open: mode 1e flags 8001',
      'write of 1',
      'BUG: kernel NULL pointer dereference, address: 0000000000000000',
      'release: mode c001a flags 8001',
    ]);
  });

  test('of procfs cannot be sought in without a function for it', () => {
    expect(cat(machine, 'proc/fileops')).toBe(-5);
    expect(newLines(machine)).toEqual(['open: mode 8019 flags 8000', 'release: mode a8019 flags 8000']);
  });

  test('whose class is given back twice is warned of once', () => {
    expect(rmmod(machine, 'fileops')).toBe(0);
    const lines = newLines(machine).filter((line) => /refcount_t|^WARNING|^gone/.test(line));
    expect(lines.map((line) => line.replace(/PID: \d+/, 'PID: N'))).toEqual([
      'refcount_t: underflow; use-after-free.',
      'WARNING: CPU: 0 PID: N at lib/refcount.c:28 refcount_warn_saturate+0xba/0x110',
      'gone',
    ]);
  });
});
