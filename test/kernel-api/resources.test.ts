import { describe, expect, test } from 'vitest';
import { procFilesystems } from '../../src/kernel/devices/filesystems.ts';
import { procInterrupts } from '../../src/kernel/devices/interrupts.ts';
import { procResources } from '../../src/kernel/devices/io-resources.ts';
import { procMisc } from '../../src/kernel/devices/misc-devices.ts';
import { bootMachine, insmod, newLines, rmmod } from './guest-machine.ts';

/** The lines that `now` has and `before` has not, by where they stand. */
function added(before: string, now: string): string[] {
  const old = new Set(before.split('\n'));
  return now.split('\n').filter((line) => !old.has(line));
}

/** What modules/resources.c gets, as recorded on Debian's 6.1.0-56-amd64 in QEMU. */
describe('a module that takes the resources of a fresh machine', () => {
  const machine = bootMachine();
  const { kernel } = machine;
  const files = () => ({
    interrupts: procInterrupts(kernel),
    ioports: procResources(kernel, 'ports'),
    iomem: procResources(kernel, 'memory'),
    misc: procMisc(kernel),
    filesystems: procFilesystems(kernel),
  });
  const fresh = files();
  expect(insmod(machine, 'resources')).toBe(0);

  test('gets those that are free, and is told who has the others', () => {
    expect(newLines(machine)).toEqual([
      'genirq: Flags mismatch irq 0. 00000080 (mine) vs. 00015a00 (timer)',
      'irq 0 shared: -16',
      'irq 1 shared: 0',
      'irq 2 shared: 0',
      'irq 3 shared: 0',
      'genirq: Flags mismatch irq 4. 00000080 (mine) vs. 00000000 (ttyS0)',
      'irq 4 shared: -16',
      'irq 5 shared: 0',
      'irq 6 shared: 0',
      'irq 7 shared: 0',
      'genirq: Flags mismatch irq 8. 00000080 (mine) vs. 00000000 (rtc0)',
      'irq 8 shared: -16',
      'irq 9 shared: 0',
      'irq 10 shared: 0',
      'irq 11 shared: 0',
      'irq 12 shared: 0',
      'irq 13 shared: 0',
      'irq 14 shared: 0',
      'irq 15 shared: 0',
      'irq 16 shared: -22',
      'genirq: Flags mismatch irq 12. 00000000 (mine) vs. 00000080 (i8042)',
      'irq 12 alone: -16',
      'irq 1 and 7: 0 0',
      'ports: 0 1 1',
      'memory: 1 0',
      'file systems: 0 0 -16',
      'minors: 124 123',
    ]);
  });

  test.each([
    [
      'interrupts',
      ['  1:          0   IO-APIC   1-edge      i8042, keys', '  7:          0   IO-APIC   7-edge      port'],
    ],
    ['ioports', ['  037c-0383 : port', '    c000-c003 : pci']],
    ['iomem', ['  000a0000-000a0fff : screen']],
    ['misc', ['123 second', '124 first']],
    ['filesystems', ['\tdiskfs', 'nodev\tplainfs']],
  ] as const)('is shown in /proc/%s', (name, lines) => {
    expect(added(fresh[name], files()[name])).toEqual(lines);
  });

  test('is told of a region that it does not hold, and leaves nothing else behind', () => {
    expect(rmmod(machine, 'resources')).toBe(0);
    expect(newLines(machine)).toEqual([
      'resource: Trying to free nonexistent resource <0x0000000000000378-0x000000000000037f>',
    ]);
    expect(files()).toEqual(fresh);
  });
});
