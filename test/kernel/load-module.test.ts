import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Kernel } from '../../src/kernel/kernel.ts';
import { moduleSymbols } from '../../src/kernel/symbols/module-symbols.ts';
import { finitModule, initModule } from '../../src/kernel/syscalls.ts';
import { TaskKilled } from '../../src/kernel/task-killed.ts';
import { changed, freshKernel, load, sample, warmKernel } from './load-support.ts';

const ENOENT = 2;
const ENOEXEC = 8;
const EEXIST = 17;
const EINVAL = 22;

/** What a refused module must leave as it was. */
function machineOf(kernel: Kernel): unknown {
  const mappings = kernel.memory.mappings.map(({ base, size, name }) => ({ base, size, name }));
  return { modules: kernel.modules.map(({ name, users }) => ({ name, users: [...users] })), mappings };
}

describe('load_module', () => {
  it('lets a good foreign module in with two lines', () => {
    const kernel = freshKernel();
    expect(load(kernel, sample('hello/hello'))).toEqual({
      errno: 0,
      log: [
        '<4>hello: loading out-of-tree module taints kernel.',
        '<5>hello: module verification failed: signature and/or required key missing - tainting kernel',
      ],
    });
    expect(kernel.modules.map(({ name, state, core }) => [name, state, core.size])).toEqual([['hello', 'LIVE', 16384]]);
  });

  it('frees the init part and protects text, read-only and writable data', () => {
    const kernel = freshKernel();
    load(kernel, sample('hello/hello'));
    const shown = kernel.memory.mappings.map(({ name, permissions: { write, execute } }) => [name, write, execute]);
    expect(shown).toEqual([
      ['hello text', false, true],
      ['hello rodata', false, false],
      ['hello data', true, false],
    ]);
  });

  it('refuses a second module of the same name', () => {
    const kernel = warmKernel();
    load(kernel, sample('hello/hello'));
    const before = machineOf(kernel);
    expect(load(kernel, sample('hello/hello'))).toEqual({ errno: EEXIST, log: [] });
    expect(machineOf(kernel)).toEqual(before);
  });

  it('notes who uses whom', () => {
    const kernel = warmKernel();
    load(kernel, sample('math/math'));
    load(kernel, sample('math/calc'));
    expect(kernel.modules.map(({ name, users, uses }) => [name, users, uses])).toEqual([
      ['math', ['calc'], []],
      ['calc', [], ['math']],
    ]);
  });

  it('reads exports with their CRCs, licence and namespace', () => {
    const kernel = warmKernel();
    load(kernel, sample('math/math'));
    const shown = kernel.modules[0]!.exports.map(({ name, gplOnly, namespace }) => [name, gplOnly, namespace]);
    expect(shown).toEqual([
      ['math_add', false, ''],
      ['math_mul', false, 'MATH'],
      ['math_sub', true, ''],
    ]);
    const { text } = Object.fromEntries(kernel.memory.mappings.map((mapping) => [mapping.name.split(' ')[1], mapping]));
    for (const { address } of kernel.modules[0]!.exports) {
      expect(address >= text!.base && address < text!.base + text!.size).toBe(true);
    }
  });

  it('keeps the core symbols with their letters', () => {
    const kernel = warmKernel();
    load(kernel, sample('hello/hello'));
    const module = kernel.modules[0]!;
    const symbols = [...moduleSymbols(kernel, module)].map(({ name, type }) => `${type} ${name}`);
    expect(symbols).toContain('t hello_exit');
    expect(symbols).toContain('d __this_module');
    expect(symbols.filter((line) => line.endsWith(' hello_init'))).toEqual([]);
    const exit = [...moduleSymbols(kernel, module)].find(({ name }) => name === 'cleanup_module');
    expect(exit?.address).toBe(module.exitFunction);
  });

  it('undoes everything when a symbol is missing', () => {
    const kernel = warmKernel();
    const before = machineOf(kernel);
    const { errno, log } = load(kernel, sample('math/calc'));
    expect(errno).toBe(ENOENT);
    expect(log).toEqual([
      '<4>calc: Unknown symbol math_mul (err -2)',
      '<4>calc: Unknown symbol math_add (err -2)',
      '<4>calc: Unknown symbol math_sub (err -2)',
    ]);
    expect(machineOf(kernel)).toEqual(before);
  });

  it('takes the name back out of the users list when a later stage refuses', () => {
    const kernel = warmKernel();
    load(kernel, sample('math/math'));
    const before = machineOf(kernel);
    expect(load(kernel, sample('math/calc'), 'a=x').errno).toBe(EINVAL);
    expect(machineOf(kernel)).toEqual(before);
  });

  it('dies of a relocation that writes where nothing is, and lets other modules in afterwards', () => {
    const kernel = warmKernel();
    const image = changed('hello/hello', (elf) => elf.relocation('.rela.gnu.linkonce.this_module', 0, { offset: 1e9 }));
    expect(() => load(kernel, image)).toThrow(TaskKilled);
    expect(kernel.log.at(0)?.text).toMatch(/^BUG: unable to handle page fault for address: ffffffff/);
    expect(kernel.modules.map(({ name, state }) => [name, state])).toEqual([['hello', 'UNFORMED']]);
    expect(load(kernel, sample('math/math')).errno).toBe(0);
  });

  it.each([
    [[6, 1, 192], true],
    [[5, 10, 223], false],
  ] as const)('%j dies of a name that fills its field: %s', (versionNumbers, dies) => {
    const kernel = warmKernel({ versionNumbers });
    const name = 'n'.repeat(56);
    const image = changed('hello/hello', (elf) => {
      elf.patch(elf.field('.gnu.linkonce.this_module', 'offset') + 24, new TextEncoder().encode(name));
    });
    if (!dies) return expect(load(kernel, image).errno).toBe(0);
    expect(() => load(kernel, image)).toThrow(TaskKilled);
    expect(kernel.log.map(({ level, text }) => `<${level}>${text}`)).toEqual([
      '<0>detected buffer overflow in __fortify_strlen',
      '<4>------------[ cut here ]------------',
      '<2>kernel BUG at lib/string_helpers.c:1027!',
      '<4>invalid opcode: 0000 [#1] PREEMPT SMP NOPTI',
    ]);
    expect(kernel.modules).toEqual([]);
  });

  it('is silent about an image shorter than an ELF header, where finit_module is not', () => {
    const kernel = freshKernel();
    const image = new TextEncoder().encode('text\n');
    expect(initModule(kernel, image, '', { uid: 0 })).toBe(ENOEXEC);
    expect(kernel.log).toEqual([]);
    expect(finitModule(kernel, image, '', 0, { uid: 0 })).toBe(ENOEXEC);
    expect(kernel.log.map(({ text }) => text)).toEqual(['Invalid ELF header len 5']);
  });

  it('answers whatever bytes with an errno or a dead task, and leaves no trace of a refused module', () => {
    const image = sample('hello/hello');
    const damage = fc.array(fc.tuple(fc.nat(image.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(damage, fc.nat(image.length), fc.boolean(), (changes, length, cut) => {
        const bytes = image.slice(0, cut ? length : image.length);
        for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
        const kernel = freshKernel();
        const before = machineOf(kernel);
        try {
          if (load(kernel, bytes).errno !== 0) expect(machineOf(kernel)).toEqual(before);
        } catch (error) {
          expect(error).toBeInstanceOf(TaskKilled);
        }
      }),
      { numRuns: 150 },
    );
  });
});

describe('may_init_module', () => {
  it('lets only root in, and nobody once modules are disabled', () => {
    const kernel = freshKernel();
    expect(initModule(kernel, sample('hello/hello'), '', { uid: 1000 })).toBe(1);
    kernel.modulesDisabled = true;
    expect(initModule(kernel, sample('hello/hello'), '', { uid: 0 })).toBe(1);
    expect(finitModule(kernel, sample('hello/hello'), '', 0, { uid: 0 })).toBe(1);
    expect(kernel.log).toEqual([]);
  });
});

describe('finit_module', () => {
  it('ignores versions and vermagic when told, with taint', () => {
    const kernel = warmKernel();
    const image = changed('hello/hello', (elf) => {
      elf.modinfo = elf.modinfo.map((entry) => entry.replace(/^vermagic=.*/, 'vermagic=1.0 '));
    });
    expect(finitModule(kernel, image, '', 3, { uid: 0 })).toBe(0);
    expect(kernel.log.map(({ text }) => text)).toEqual([
      'hello: module_layout: kernel tainted.',
      'Disabling lock debugging due to kernel taint',
    ]);
  });

  it.each([
    [4, 95],
    [8, 22],
  ])('refuses flags %i with errno %i', (flags, errno) => {
    expect(finitModule(freshKernel(), sample('hello/hello'), '', flags, { uid: 0 })).toBe(errno);
  });
});
