import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';

/** Prints each code cache of the build that a plain node refuses. */
const REFUSED = `
  const { readdirSync, readFileSync } = require('node:fs');
  const { Script } = require('node:vm');
  const [folder] = /kobox-[0-9a-f]{16}/.exec(readFileSync('dist/start.cjs', 'latin1'));
  const files = readdirSync('dist/' + folder).filter((file) => file.endsWith('.cache'));
  if (files.length === 0) console.log('no caches');
  for (const file of files) {
    const source = readFileSync('dist/' + folder + '/' + file.slice(0, -'.cache'.length), 'latin1');
    const cachedData = readFileSync('dist/' + folder + '/' + file);
    if (new Script(source, { cachedData }).cachedDataRejected) console.log(file);
  }
`;

test('V8 takes every code cache of the build', () => {
  expect(spawnSync(process.execPath, ['-e', REFUSED], { encoding: 'utf8', env: {} }).stdout).toBe('');
});
