import { describe, expect, it } from 'vitest';
import { changed, load, sample, warmKernel } from './load-support.ts';

const V6_12 = { versionNumbers: [6, 12, 107] } as const;
const V5_10 = { versionNumbers: [5, 10, 223] } as const;
const LOCKDEP = '<4>Disabling lock debugging due to kernel taint';

const proprietary = changed('hello/hello', (elf) => {
  elf.modinfo = elf.modinfo.map((entry) => entry.replace('license=GPL', 'license=Proprietary'));
});

describe('a profile without type information', () => {
  it('loads a module all the same, its functions found by their symbols', () => {
    const known = warmKernel();
    const unknown = warmKernel({ layout: () => undefined });
    for (const kernel of [known, unknown]) expect(load(kernel, sample('hello/hello'))).toEqual({ errno: 0, log: [] });
    const functions = [known, unknown].map(({ modules }) => [modules[0]!.initFunction, modules[0]!.exitFunction]);
    expect(functions[1]).toEqual(functions[0]);
  });
});

describe('the tables keyed by kernel version', () => {
  it('6.12 says of a proprietary module a second time that it taints', () => {
    expect(load(warmKernel(V6_12), proprietary).log).toEqual([
      "<4>hello: module license 'Proprietary' taints kernel.",
      LOCKDEP,
      '<4>hello: module license taints kernel.',
    ]);
  });

  it('6.12 taints nothing for a module whose name is taken', () => {
    const kernel = warmKernel(V6_12);
    load(kernel, sample('hello/hello'));
    expect(load(kernel, proprietary)).toEqual({ errno: 17, log: [] });
  });

  it('6.1 taints for it before it looks at the name', () => {
    const kernel = warmKernel();
    load(kernel, sample('hello/hello'));
    expect(load(kernel, proprietary)).toEqual({
      errno: 17,
      log: ["<4>hello: module license 'Proprietary' taints kernel.", LOCKDEP],
    });
  });

  it.each([
    [
      'a struct module of another size',
      () => changed('hello/hello', (elf) => elf.section('.gnu.linkonce.this_module', 'size', 768)),
      "<3>module hello: .gnu.linkonce.this_module section size must match the kernel's built struct module size at run time",
    ],
    [
      'a struct module that takes no memory',
      () => changed('hello/hello', (elf) => elf.section('.gnu.linkonce.this_module', 'flags', 1)),
      '<3>module hello: .gnu.linkonce.this_module must occupy memory during process execution',
    ],
    [
      'no struct module',
      () => changed('hello/hello', (elf) => elf.section('.gnu.linkonce.this_module', 'type', 8)),
      '<3>module hello: Only one .gnu.linkonce.this_module section must exist.',
    ],
    [
      'two .modinfo sections',
      () => changed('hello/hello', (elf) => elf.addSection('.modinfo', { type: 1, flags: 2 }, Buffer.from('a=b\0'))),
      '<3>Only one .modinfo section must exist.',
    ],
    [
      'two symbol tables',
      () => changed('hello/hello', (elf) => elf.addSection('.more', { type: 2, link: 1 }, Buffer.alloc(24))),
      '<4>hello: module has no symbols (stripped?)',
    ],
  ])('6.12 refuses %s', (_what, image, line) => {
    expect(load(warmKernel(V6_12), image())).toEqual({ errno: 8, log: [line] });
  });

  it('5.10 does not name the symbol through which a taint is inherited', () => {
    const kernel = warmKernel(V5_10);
    const math = changed('math/math', (elf) => {
      elf.modinfo = elf.modinfo.map((entry) => entry.replace('license=GPL', 'license=Proprietary'));
    });
    load(kernel, math);
    expect(load(kernel, sample('math/calc')).log[0]).toBe(
      '<4>calc: module uses symbols from proprietary module math, inheriting taint.',
    );
  });

  it('5.10 does not look at the section index of a symbol', () => {
    const image = changed('hello/hello', (elf) => elf.setSymbol('hello_exit', 'shndx', 200));
    expect(load(warmKernel(V5_10), image)).toEqual({ errno: 0, log: [] });
  });

  it('5.10 warns of symbols that will be for GPL modules only, 6.1 has no such class', () => {
    const math = changed('math/math', (elf) => {
      elf.rename('__ksymtab', '__ksymtab_gpl_future');
      elf.rename('__kcrctab', '__kcrctab_gpl_future');
    });
    const calc = changed('math/calc', (elf) => {
      elf.modinfo = elf.modinfo.map((entry) => entry.replace('license=GPL', 'license=Proprietary'));
    });
    const old = warmKernel(V5_10);
    load(old, math);
    expect(load(old, calc).log).toContain(
      '<4>Symbol math_add is being used by a non-GPL module, which will not be allowed in the future',
    );
    const newer = warmKernel();
    load(newer, math);
    expect(load(newer, calc).log).toContain('<4>calc: Unknown symbol math_add (err -2)');
  });
});
