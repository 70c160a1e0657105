import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { insmod, newRoot, removeRoot } from './state-support.ts';

const roots: string[] = [];
afterAll(() => roots.forEach(removeRoot));

/** Path → permission bits of all that a load makes below a root. */
async function modesUnder(umask: number): Promise<Record<string, string>> {
  const root = newRoot();
  roots.push(root);
  const before = process.umask(umask);
  try {
    expect(await insmod(root, 'parameters/parameters')).toBe(0);
    expect(process.umask()).toBe(umask);
  } finally {
    process.umask(before);
  }
  const paths = readdirSync(root, { recursive: true, encoding: 'utf8' }).sort();
  return Object.fromEntries(paths.map((path) => [path, (statSync(join(root, path)).mode & 0o7777).toString(8)]));
}

let usual: Record<string, string>;
beforeAll(async () => {
  usual = await modesUnder(0o022);
});

test('sys/ has the permission bits of sysfs', () => {
  const base = 'sys/module/parameters';
  expect([usual[base], usual[`${base}/parameters/an_int`], usual[`${base}/coresize`]]).toEqual(['755', '644', '444']);
});

test.each([0o000, 0o002, 0o077])('a user with the umask %i has the same permission bits in a root', async (umask) => {
  expect(await modesUnder(umask)).toEqual(usual);
});
