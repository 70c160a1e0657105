import { describe, expect, it } from 'vitest';
import { changed, freshKernel, load, warmKernel } from './load-support.ts';

const LOCKDEP = '<4>Disabling lock debugging due to kernel taint';
const RETPOLINE = [
  '<3>Spectre V2 : System may be vulnerable to spectre v2',
  '<4>hello: loading module not compiled with retpoline compiler.',
];

/** `hello` with some modinfo entries replaced, dropped (undefined) or put first. */
function withModinfo(changes: Readonly<Record<string, string | undefined>>): Uint8Array {
  return changed('hello/hello', (elf) => {
    const kept = elf.modinfo.filter((entry) => !(entry.split('=', 1)[0]! in changes));
    const added = Object.entries(changes).flatMap(([tag, value]) => (value === undefined ? [] : [`${tag}=${value}`]));
    elf.modinfo = [...added, ...kept];
  });
}

const CASES: readonly [string, Record<string, string | undefined>, number, string[]][] = [
  ['a licence that is not GPL', { license: 'MIT' }, 0, ["<4>hello: module license 'MIT' taints kernel.", LOCKDEP]],
  ['no licence', { license: undefined }, 0, ["<4>hello: module license 'unspecified' taints kernel.", LOCKDEP]],
  ['a licence in small letters', { license: 'gpl' }, 0, ["<4>hello: module license 'gpl' taints kernel.", LOCKDEP]],
  ['a double licence', { license: 'Dual BSD/GPL' }, 0, []],
  ['another release', { vermagic: '5.4.0-generic SMP preempt mod_unload modversions ' }, 0, []],
  [
    'another preemption',
    { vermagic: '6.1.0-56-amd64 SMP mod_unload modversions ' },
    8,
    [
      "<3>hello: version magic '6.1.0-56-amd64 SMP mod_unload modversions ' should be " +
        "'6.1.0-56-amd64 SMP preempt mod_unload modversions '",
    ],
  ],
  ['no vermagic', { vermagic: undefined }, 0, ['<4>hello: bad vermagic: kernel tainted.', LOCKDEP]],
  ['no retpoline', { retpoline: undefined }, 0, RETPOLINE],
  [
    'staging',
    { staging: 'Y' },
    0,
    ['<4>hello: module is from the staging directory, the quality is unknown, you have been warned.'],
  ],
  ['livepatch', { livepatch: 'Y' }, 0, ['<5>hello: tainting kernel with TAINT_LIVEPATCH']],
  ['test', { test: 'Y' }, 0, ['<4>hello: loading test module taints kernel.']],
];

describe('check_modinfo', () => {
  it.each(CASES)('answers %s as the kernel does', (_what, changes, errno, log) => {
    expect(load(warmKernel(), withModinfo(changes))).toEqual({ errno, log });
  });

  it('lets the first of two licences decide', () => {
    const kernel = warmKernel();
    const image = changed('hello/hello', (elf) => {
      elf.modinfo = ['license=Proprietary', ...elf.modinfo];
    });
    expect(load(kernel, image).log[0]).toBe("<4>hello: module license 'Proprietary' taints kernel.");
  });

  it('does not know test modules before 5.19', () => {
    const kernel = warmKernel({ versionNumbers: [5, 10, 223] });
    expect(load(kernel, withModinfo({ test: 'Y' }))).toEqual({ errno: 0, log: [] });
  });

  it('says of an in-tree module nothing about trees', () => {
    const kernel = freshKernel();
    expect(load(kernel, withModinfo({ intree: 'Y' })).log).toEqual([
      '<5>hello: module verification failed: signature and/or required key missing - tainting kernel',
    ]);
    expect(kernel.modules[0]?.taints).toBe(1 << 13);
  });
});
