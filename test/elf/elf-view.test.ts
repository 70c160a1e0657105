import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { open } from 'elfinfo';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EM, SHF, SHT } from '../../src/abi/elf.ts';
import type { ElfForm } from '../../src/elf/elf-form.ts';
import { ElfView } from '../../src/elf/elf-view.ts';
import { buildElf } from './build-elf.ts';

const FORMS: readonly ElfForm[] = [
  { bits: 32, littleEndian: true },
  { bits: 32, littleEndian: false },
  { bits: 64, littleEndian: true },
  { bits: 64, littleEndian: false },
];
const HELLO = join(import.meta.dirname, '..', '..', 'samples', 'hello', 'hello.ko');

describe('ElfView', () => {
  it.each(FORMS)('reads the same from a file of $bits bits, little-endian $littleEndian', (form) => {
    const content = new TextEncoder().encode('name=x\0');
    const file = buildElf(form, EM.ARM, [
      { name: '.text', flags: SHF.ALLOC | SHF.EXECINSTR, content: Uint8Array.of(1, 2, 3) },
      { name: '.modinfo', flags: SHF.ALLOC, content },
      { name: '.rela.text', type: SHT.RELA, link: 9, info: 1 },
    ]);
    const view = ElfView.open(file)!;
    expect(view.form).toEqual(form);
    expect(view.header).toMatchObject({ type: 1, machine: 40, shnum: 5, shstrndx: 4, flags: 0 });
    expect([0, 1, 2, 3, 4].map((i) => view.sectionName(i))).toEqual([
      '',
      '.text',
      '.modinfo',
      '.rela.text',
      '.shstrtab',
    ]);
    expect(view.findSection('.modinfo', SHF.ALLOC)).toBe(2);
    expect(view.findSection('.modinfo', SHF.EXECINSTR)).toBe(0);
    expect(view.findSectionType(SHT.RELA)).toBe(3);
    expect([...view.sectionBytes(2)]).toEqual([...content]);
    expect([view.sections.link[3], view.sections.info[3]]).toEqual([9, 1]);
  });

  it('agrees with elfinfo about the sections and symbols of a module', async () => {
    const bytes = new Uint8Array(readFileSync(HELLO));
    const { elf } = await open(bytes);
    const view = ElfView.open(bytes)!;
    const { offset, size, flags, count } = view.sections;
    const own = Array.from({ length: count }, (_, i) => [view.sectionName(i), offset[i], size[i], flags[i]]);
    expect(own).toEqual(
      elf!.sections.map((section, i) => [
        i === 0 ? '' : section.name,
        section.offset,
        section.size,
        Number(section.flags),
      ]),
    );
    const table = elf!.sections.find((section) => section.type === SHT.SYMTAB) as unknown as {
      symbols: readonly { value: number | bigint; size: number | bigint }[];
    };
    const symbols = view.symbols(view.findSectionType(SHT.SYMTAB));
    expect(Array.from({ length: symbols.count }, (_, i) => [symbols.address(i), symbols.size(i)])).toEqual(
      table.symbols.map((symbol) => [Number(symbol.value), Number(symbol.size)]),
    );
  });

  it('is not made from what is no ELF file', () => {
    expect(ElfView.open(new TextEncoder().encode('hello'))).toBeUndefined();
    expect(ElfView.open(Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, 9, 1))).toBeUndefined();
    expect(ElfView.open(new Uint8Array())).toBeUndefined();
  });

  it('raises at nothing, whatever the bytes', () => {
    const good = buildElf(FORMS[2]!, EM.X86_64, [{ name: '.symtab', type: SHT.SYMTAB, content: new Uint8Array(48) }]);
    const change = fc.tuple(fc.nat(good.length - 1), fc.nat(255));
    fc.assert(
      fc.property(fc.array(change, { maxLength: 8 }), fc.nat(good.length), (changes, length) => {
        const bytes = good.slice(0, length);
        for (const [at, value] of changes) if (at < length) bytes[at] = value;
        const view = new ElfView(bytes, FORMS[2]!);
        for (let i = 0; i < view.sections.count; i++) {
          view.sectionName(i);
          const symbols = view.symbols(i);
          for (let s = 0; s < Math.min(symbols.count, 3); s++) symbols.address(s);
        }
        expect(view.findSection('.absent')).toBe(0);
      }),
    );
  });
});
