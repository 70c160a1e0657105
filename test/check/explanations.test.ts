import { readdirSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkModule } from '../../src/check/check-module.ts';
import { PLAIN, verdictText } from '../../src/check/report/text.ts';
import type { World } from '../../src/check/world.ts';
import { EMPTY_WORLD } from '../../src/check/world.ts';
import { machine, SAMPLES, sample } from './machine.ts';

/** The whole answer on one file, with other samples loaded before it. */
function answer(
  file: string,
  { before = [] as string[], commandLine = '', args = '', world = EMPTY_WORLD as World } = {},
): string {
  const kernel = machine(commandLine);
  for (const other of before) checkModule(kernel, { file: other, image: sample(other) });
  return verdictText(checkModule(kernel, { file, image: sample(file), args }, world), PLAIN);
}

const broken = readdirSync(new URL('broken/', SAMPLES)).filter((name) => name.endsWith('.ko'));

describe('the explanation of every broken sample', () => {
  it.each(broken)('%s', (name) => {
    const before = ['namespace-missing.ko', 'duplicate-export.ko', 'wrong-crc.ko', 'gpl-only.ko'].includes(name)
      ? ['math/math.ko']
      : [];
    expect(answer(`broken/${name}`, { before })).toMatchSnapshot();
  });
});

describe('the explanation of what the machine is at odds with', () => {
  it('names the module to load first when the tree knows who exports the symbol', () => {
    const world: World = {
      kernels: [],
      exporters: (symbol) => (symbol.startsWith('math_') ? ['math'] : []),
      loadOrder: () => ['base'],
    };
    expect(answer('math/calc.ko', { world })).toMatchSnapshot();
  });

  it('says that nobody exports the symbol when nobody does', () => {
    expect(answer('math/calc.ko')).toMatchSnapshot();
  });

  it('says that a module of that name is loaded', () => {
    expect(answer('hello/hello.ko', { before: ['hello/hello.ko'] })).toMatchSnapshot();
  });

  it('says that the command line forbids the module', () => {
    expect(answer('hello/hello.ko', { commandLine: 'module_blacklist=hello' })).toMatchSnapshot();
  });

  it('says that signatures are enforced and there is none', () => {
    expect(answer('hello/hello.ko', { commandLine: 'module.sig_enforce=1' })).toMatchSnapshot();
  });

  it('says that the kernel is locked down', () => {
    expect(answer('hello/hello.ko', { commandLine: 'lockdown=integrity' })).toMatchSnapshot();
  });

  it('names the nearest parameter when one is misspelt', () => {
    expect(answer('math/calc.ko', { before: ['math/math.ko'], args: 'aa=1' })).toMatchSnapshot();
  });

  it('says that a value does not fit its parameter', () => {
    expect(answer('math/calc.ko', { before: ['math/math.ko'], args: 'a=seven' })).toMatchSnapshot();
  });
});

it('answers any damage to a module with a verdict and a cause, never an exception', () => {
  const image = sample('hello/hello.ko');
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(image.length - 1), fc.nat(255)), { maxLength: 8 }),
      fc.nat(image.length),
      (changes, length) => {
        const altered = image.slice(0, length);
        for (const [at, value] of changes) if (at < length) altered[at] = value;
        const { loads, causes } = checkModule(machine(), { file: 'altered.ko', image: altered });
        expect(loads || causes.length > 0).toBe(true);
      },
    ),
    { numRuns: 300 },
  );
});
