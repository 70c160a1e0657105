import { expect, test } from 'vitest';
import { bootMachine, insmod, newLines, rmmod } from './guest-machine.ts';

/** What modules/tracing.c says, as recorded on Debian's 6.1.0-56-amd64 in QEMU. */
const SAID = [
  'work: in_irq 1',
  'queued 1',
  '"0xA7" by "%2x%x": 2: 0 167',
  '"0x67" by "%3i%i": 2: 6 7',
  '"+5 6" by "%d %d": 0: -1 -1',
  '"-5 -6" by "%d %u": 1: -5 -1',
  '"-12" by "%2d%d": 2: -1 2',
  '"-1" by "%1d%d": 0: -1 -1',
  '"089" by "%i%i": 2: 0 89',
  '"0x" by "%x%d": 1: 0 -1',
  '"12345" by "%2u%3o": 2: 12 229',
  'flags 0x3000018(dirty|lru|arch_2|node=0|zone=0|lastcpupid=0x0)',
];

test('the first module with a trace_printk is told of, and sscanf keeps to widths and signs', () => {
  const machine = bootMachine();
  expect(insmod(machine, 'tracing')).toBe(0);
  expect(newLines(machine)).toEqual([
    '',
    '**********************************************************',
    '**   NOTICE NOTICE NOTICE NOTICE NOTICE NOTICE NOTICE   **',
    '**                                                      **',
    '** trace_printk() being used. Allocating extra memory.  **',
    '**                                                      **',
    '** This means that this is a DEBUG kernel and it is     **',
    '** unsafe for production use.                           **',
    '**                                                      **',
    '** If you see this message and you are not debugging    **',
    '** the kernel, report this immediately to your vendor!  **',
    '**                                                      **',
    '**   NOTICE NOTICE NOTICE NOTICE NOTICE NOTICE NOTICE   **',
    '**********************************************************',
    ...SAID,
  ]);
  expect(rmmod(machine, 'tracing')).toBe(0);
  expect(insmod(machine, 'tracing')).toBe(0);
  expect(newLines(machine)).toEqual(SAID);
});
