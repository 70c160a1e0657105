import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { initModule } from '../../src/kernel/syscalls.ts';
import { bootMachine, cat, write } from './guest-machine.ts';

test.each([
  ['level', '10', 2, '10\n'],
  ['level', '11', -22, '3\n'],
  ['level', '-1', -22, '3\n'],
  ['level', 'x', -22, '3\n'],
  ['pair', '-8\t0x10\n', 8, '-8\t16\n'],
  ['pair', '4294967296', -22, '4\t5\n'],
  ['label', 'first\nsecond', 12, 'first\n'],
])('the setting %s takes %j with the answer %i and then holds %j', (name, text, answer, after) => {
  const machine = bootMachine();
  const image = readFileSync(new URL('../scenarios/modules/teach/settings.ko', import.meta.url));
  expect(initModule(machine.kernel, new Uint8Array(image), '', { uid: 0 })).toBe(0);
  expect(write(machine, `proc/sys/dev/teach/${name}`, text)).toBe(answer);
  expect(cat(machine, `proc/sys/dev/teach/${name}`)).toBe(after);
});
