import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { afterEach, expect, test } from 'vitest';
import { makeDirectories } from '../../src/host/make-directories.ts';

const { mkdirSync } = fs;
afterEach(() => {
  fs.mkdirSync = mkdirSync;
  syncBuiltinESMExports();
});

test('a file system like /proc, which lets nothing be made, is one error', () => {
  fs.mkdirSync = (path) => {
    throw Object.assign(new Error(`ENOENT ${String(path)}`), { code: 'ENOENT' });
  };
  syncBuiltinESMExports();
  expect(() => makeDirectories(`${import.meta.dirname}/run`)).toThrow(`ENOENT ${import.meta.dirname}/run`);
});
