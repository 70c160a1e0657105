import { spawnSync } from 'node:child_process';
import { lutimesSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isLocked, tryLock } from '../../src/state/lock.ts';
import { processIdentity } from '../../src/state/process-identity.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'kobox-lock-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

test('a lock that is held is not given again', () => {
  const first = tryLock(directory);
  expect(isLocked(directory)).toBe(true);
  expect(tryLock(directory)).toBeUndefined();
  first?.release();
  expect(isLocked(directory)).toBe(false);
  expect(tryLock(directory)).toBeDefined();
});

test('a killed holder is passed over at once, and what it left is removed', () => {
  const dead = spawnSync(process.execPath, ['-e', '0']).pid;
  symlinkSync(`${dead}:1:${processIdentity().split(':')[2]}`, join(directory, 'lock-7'));
  expect(isLocked(directory)).toBe(false);
  const held = tryLock(directory);
  expect(readdirSync(directory)).toEqual(['lock-8']);
  held?.release();
  expect(readdirSync(directory)).toEqual([]);
});

test('a pid that another process has now does not count', () => {
  symlinkSync(`${process.pid}:1:${processIdentity().split(':')[2]}`, join(directory, 'lock-1'));
  expect(isLocked(directory)).toBe(false);
});

test('a holder of whom nothing can be known is believed for a while', () => {
  symlinkSync('1:1:elsewhere', join(directory, 'lock-1'));
  expect(isLocked(directory)).toBe(true);
});

test.each([-60, 60])('such a holder of %i seconds from now is passed over', (seconds) => {
  symlinkSync('1:1:elsewhere', join(directory, 'lock-1'));
  const then = Date.now() / 1000 + seconds;
  lutimesSync(join(directory, 'lock-1'), then, then);
  expect(isLocked(directory)).toBe(false);
});
