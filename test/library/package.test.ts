import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';

const project = join(import.meta.dirname, '../..');
const directory = mkdtempSync(join(tmpdir(), 'kobox-package-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** The example of the README. */
const EXAMPLE = `
import { readFileSync } from 'node:fs';
import { boot, check, initModule, openKernel } from 'kobox';
const kernel = openKernel(readFileSync(new URL(import.meta.resolve('kobox/kernels/6.1.0-56-amd64.kernel'))));
const [calc, math] = process.argv.slice(2).map((file) => readFileSync(file));
const machine = boot(kernel);
console.log(JSON.stringify({
  alone: check(kernel, [{ file: 'calc.ko', image: calc }]).map(({ loads, errno, causes }) => [loads, errno, causes.map(({ id }) => id)]),
  both: check(kernel, [{ file: 'math.ko', image: math }, { file: 'calc.ko', image: calc }]).map(({ loads }) => loads),
  loaded: [initModule(machine, math).errno, initModule(machine, math).errno],
}));
`;

it('works from the packed package, without its dependencies', () => {
  execFileSync('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', directory], { cwd: project });
  const installed = join(directory, 'node_modules/kobox');
  mkdirSync(installed, { recursive: true });
  execFileSync('tar', ['-xzf', join(directory, 'kobox-0.1.0.tgz'), '--strip-components=1', '-C', installed]);
  writeFileSync(join(directory, 'example.mjs'), EXAMPLE);
  const samples = join(project, 'samples/math');
  const output = execFileSync('node', ['example.mjs', join(samples, 'calc.ko'), join(samples, 'math.ko')], {
    cwd: directory,
    encoding: 'utf8',
  });
  expect(JSON.parse(output)).toEqual({ alone: [[false, 2, ['unknown-symbol']]], both: [true, true], loaded: [0, 17] });
});
