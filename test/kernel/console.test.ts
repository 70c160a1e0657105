import { describe, expect, test } from 'vitest';
import { bootKernel } from '../../src/kernel/boot.ts';
import { storeSysctl, sysctlText } from '../../src/kernel/files/sysctl.ts';
import type { Kernel } from '../../src/kernel/kernel.ts';
import { consoleVerbose, setConsoleLevel, switchConsoleOff, switchConsoleOn } from '../../src/kernel/log/console.ts';
import { KERN, printk } from '../../src/kernel/log/printk.ts';
import { skippingRunner } from '../../src/kernel/skipping-runner.ts';
import { openDefaultProfile } from '../../src/profile/open-profile.ts';

const profile = openDefaultProfile();
const boot = (commandLine: string): Kernel => bootKernel(profile, commandLine, skippingRunner, () => 0);

/** The levels of which a message reaches the console. */
function shownLevels(kernel: Kernel): string {
  for (const level of Object.values(KERN)) printk(kernel, level, 'x');
  return kernel.log
    .slice(-8)
    .filter(({ silent }) => !silent)
    .map(({ level }) => level)
    .join('');
}

describe('what the boot line says of the console', () => {
  test.each([
    ['', '7\t4\t1\t7\n', '0123456'],
    ['quiet', '4\t4\t1\t7\n', '0123'],
    ['debug', '10\t4\t1\t7\n', '01234567'],
    ['loglevel=3', '3\t4\t1\t7\n', '012'],
    ['quiet loglevel=0', '0\t4\t1\t7\n', ''],
    ['quiet ignore_loglevel', '4\t4\t1\t7\n', '01234567'],
    ['loglevel=x', '7\t4\t1\t7\n', '0123456'],
    ['printk.ignore_loglevel', '7\t4\t1\t7\n', '01234567'],
    ['sysctl.kernel.printk="2 3"', '2\t3\t1\t7\n', '01'],
    ['sysctl/kernel/printk=3 sysctl.kernel.printk=', '3\t4\t1\t7\n', '012'],
    ['sysctl.kernel.printk=2 -- sysctl.kernel.printk=3', '2\t4\t1\t7\n', '01'],
  ])('%s', (commandLine, printk, levels) => {
    const kernel = boot(commandLine);
    expect([sysctlText(kernel, 'printk'), shownLevels(kernel)]).toEqual([printk, levels]);
  });
});

describe('the console level', () => {
  test('is set by number from 1 to 8, not below its minimum', () => {
    const kernel = boot('');
    const results = [0, 9, 1, 8].map((level) => [setConsoleLevel(kernel, level), sysctlText(kernel, 'printk')]);
    expect(results).toEqual([
      [-22, '7\t4\t1\t7\n'],
      [-22, '7\t4\t1\t7\n'],
      [0, '1\t4\t1\t7\n'],
      [0, '8\t4\t1\t7\n'],
    ]);
  });

  test('goes down to its minimum and comes back', () => {
    const kernel = boot('');
    switchConsoleOff(kernel);
    switchConsoleOff(kernel);
    const off = sysctlText(kernel, 'printk');
    switchConsoleOn(kernel);
    expect([off, sysctlText(kernel, 'printk')]).toEqual(['1\t4\t1\t7\n', '7\t4\t1\t7\n']);
  });

  test('goes up when something dies, unless it is 0', () => {
    const levels = ['', 'loglevel=0'].map((commandLine) => {
      const kernel = boot(commandLine);
      consoleVerbose(kernel);
      return sysctlText(kernel, 'printk');
    });
    expect(levels).toEqual(['15\t4\t1\t7\n', '0\t4\t1\t7\n']);
  });
});

describe('a setting of proc/sys/kernel takes numbers', () => {
  test.each([
    ['printk', '3', 0, '3\t4\t1\t7\n'],
    ['printk', '3 5 2 6\n', 0, '3\t5\t2\t6\n'],
    ['printk', '3 x', -22, '3\t4\t1\t7\n'],
    ['kptr_restrict', '2\n', 0, '2\n'],
    ['kptr_restrict', '3\n', -22, '0\n'],
    ['panic', '-1', 0, '-1\n'],
    ['panic_on_warn', '2', -22, '0\n'],
    ['panic_on_oops', '', -22, '0\n'],
  ] as const)('%s: %j', (name, text, result, shown) => {
    const kernel = boot('');
    expect([storeSysctl(kernel, name, text), sysctlText(kernel, name)]).toEqual([result, shown]);
  });
});
