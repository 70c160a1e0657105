import { describe, expect, it } from 'vitest';
import type { ElfEdit } from '../../support/elf-edit.ts';
import { changed, load, sample, warmKernel } from '../load-support.ts';

const LOCKDEP = '<4>Disabling lock debugging due to kernel taint';

function license(value: string): (elf: ElfEdit) => void {
  return (elf) => {
    elf.modinfo = elf.modinfo.map((entry) => (entry.startsWith('license=') ? `license=${value}` : entry));
  };
}

/** `calc` with the CRC of one symbol changed, or without that entry. */
function withVersion(symbol: string, crc: bigint | undefined): Uint8Array {
  return changed('math/calc', (elf) => {
    elf.versions = elf.versions.flatMap((entry) => {
      if (entry.name !== symbol) return [entry];
      return crc === undefined ? [] : [{ ...entry, crc }];
    });
  });
}

function loadAfterMath(image: Uint8Array, math = sample('math/math')) {
  const kernel = warmKernel();
  load(kernel, math);
  return { ...load(kernel, image), kernel };
}

describe('resolve_symbol', () => {
  it('hides GPL-only symbols from a module that is not GPL', () => {
    const { errno, log } = loadAfterMath(changed('math/calc', license('Proprietary')));
    expect([errno, log]).toEqual([
      2,
      ["<4>calc: module license 'Proprietary' taints kernel.", LOCKDEP, '<4>calc: Unknown symbol math_sub (err -2)'],
    ]);
  });

  it('refuses another CRC', () => {
    const { errno, log } = loadAfterMath(withVersion('math_add', 1n));
    expect([errno, log]).toEqual([
      22,
      ['<4>calc: disagrees about version of symbol math_add', '<4>calc: Unknown symbol math_add (err -22)'],
    ]);
  });

  it('refuses a CRC whose upper half is not zero', () => {
    const { errno } = loadAfterMath(withVersion('math_add', 1n << 40n));
    expect(errno).toBe(22);
  });

  it('refuses a symbol without CRC', () => {
    const { errno, log } = loadAfterMath(withVersion('math_add', undefined));
    expect([errno, log[0]]).toEqual([22, '<4>calc: no symbol version for math_add']);
  });

  it('refuses a symbol from a namespace that is not imported', () => {
    const image = changed('math/calc', (elf) => {
      elf.modinfo = elf.modinfo.filter((entry) => !entry.startsWith('import_ns='));
    });
    const { errno, log } = loadAfterMath(image);
    expect([errno, log]).toEqual([
      22,
      [
        '<3>calc: module uses symbol (math_mul) from namespace MATH, but does not import it.',
        '<4>calc: Unknown symbol math_mul (err -22)',
      ],
    ]);
  });

  it('makes a user of a proprietary module proprietary, which hides GPL-only symbols from it', () => {
    const { errno, log } = loadAfterMath(sample('math/calc'), changed('math/math', license('Proprietary')));
    expect([errno, log]).toEqual([
      2,
      [
        '<4>calc: module uses symbols math_mul from proprietary module math, inheriting taint.',
        '<4>calc: Unknown symbol math_sub (err -2)',
      ],
    ]);
  });

  it('lets a weak symbol be missing', () => {
    const image = changed('math/calc', (elf) => {
      for (const name of ['math_add', 'math_sub', 'math_mul']) elf.setSymbol(name, 'info', 2 << 4);
    });
    expect(load(warmKernel(), image)).toEqual({ errno: 0, log: [] });
  });

  it('does not wait for an exporter that is still coming', () => {
    const kernel = warmKernel();
    load(kernel, sample('math/math'));
    kernel.modules[0]!.state = 'COMING';
    const { errno, log } = load(kernel, sample('math/calc'));
    expect([errno, log.slice(0, 2)]).toEqual([
      16,
      ['<4>calc: gave up waiting for init of module math.', '<4>calc: Unknown symbol math_mul (err -16)'],
    ]);
  });
});

describe('simplify_symbols', () => {
  it.each([
    ['a common symbol', 0xfff2, '<4>hello: please compile with -fno-common'],
    ['a symbol of no section', 200, '<3>hello: Symbol hello_exit has an invalid section index 200 (max COUNT)'],
  ])('refuses %s', (_what, section, line) => {
    let last = 0;
    const image = changed('hello/hello', (elf) => {
      elf.setSymbol('hello_exit', 'shndx', section);
      last = elf.headerField('shnum') - 1;
    });
    expect(load(warmKernel(), image)).toEqual({ errno: 8, log: [line.replace('COUNT', String(last))] });
  });
});

describe('verify_exported_symbols', () => {
  it('refuses a symbol that another module exports already', () => {
    const twin = changed('math/math', (elf) => {
      const name = elf.field('.gnu.linkonce.this_module', 'offset') + 24;
      elf.patch(name, Buffer.from('twin\0'));
    });
    const { errno, log } = loadAfterMath(twin);
    expect([errno, log]).toEqual([8, ['<3>twin: exports duplicate symbol math_add (owned by math)']]);
  });
});
