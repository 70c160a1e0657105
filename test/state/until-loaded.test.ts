import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { initModule } from '../../src/kernel/syscalls.ts';
import { bootMachine, changeMachine } from '../../src/state/machine.ts';
import { untilLoaded } from '../../src/state/until-loaded.ts';
import { insmod, newRoot, removeRoot } from './state-support.ts';

const HELLO = new Uint8Array(readFileSync(join(import.meta.dirname, '../../samples/hello/hello.ko')));
let root: string;
const options = () => ({ root, init: 'skip' as const });
const insmodAndWait = () =>
  untilLoaded(root, () => changeMachine(options(), (kernel) => initModule(kernel, HELLO, '', { uid: 0, waits: true })));

beforeEach(async () => {
  root = newRoot();
  await insmod(root, 'hello/hello');
  await changeMachine(options(), (kernel) => {
    kernel.modules[0]!.state = 'COMING';
  });
});
afterEach(() => removeRoot(root));

test('a second load waits while the module is coming, and is told when that has become live', async () => {
  const second = insmodAndWait();
  expect(await Promise.race([second, sleep(300, 'waits')])).toBe('waits');
  await changeMachine(options(), (kernel) => {
    kernel.modules[0]!.state = 'LIVE';
  });
  expect(await second).toBe(17);
});

test('a second load goes on when the module has gone', async () => {
  const second = insmodAndWait();
  await bootMachine(options(), '');
  expect(await second).toBe(0);
});

test('one that cannot wait is answered as by a signal', async () => {
  expect(await insmod(root, 'hello/hello')).toBe(4);
});
