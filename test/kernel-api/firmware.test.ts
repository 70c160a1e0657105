import { expect, test } from 'vitest';
import { bootMachine, insmod, newLines } from './guest-machine.ts';

/** What modules/firmware.c gives rise to, as recorded on Debian's 6.1.0-56-amd64 in QEMU. */
test('firmware that is not there is told of, once for each form of its name', () => {
  const machine = bootMachine();
  expect(insmod(machine, 'firmware')).toBe(0);
  expect(newLines(machine)).toEqual([
    'misc fwdevice: firmware: failed to load vendor/missing.bin (-2)',
    'firmware_class: See https://wiki.debian.org/Firmware for information about missing firmware',
    'misc fwdevice: firmware: failed to load vendor/missing.bin (-2)',
    'misc fwdevice: Direct firmware load for vendor/missing.bin failed with error -2',
    'request: -2 0',
    'misc fwdevice: firmware: failed to load second.bin (-2)',
    'misc fwdevice: firmware: failed to load second.bin (-2)',
    'nowarn: -2',
    'misc fwdevice: firmware: failed to load third.bin (-2)',
    'misc fwdevice: firmware: failed to load third.bin (-2)',
    'direct: -2',
    'no name: -22',
    'misc fwdevice: firmware: failed to load fourth.bin (-2)',
    'misc fwdevice: firmware: failed to load fourth.bin (-2)',
    'misc fwdevice: Direct firmware load for fourth.bin failed with error -2',
    'later: 0 context',
    'nowait: 0',
  ]);
});
