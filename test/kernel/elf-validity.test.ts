import { describe, expect, it } from 'vitest';
import type { ElfEdit } from '../support/elf-edit.ts';
import { changed, freshKernel, load } from './load-support.ts';

const ENOEXEC = 8;
const CASES: readonly [what: string, change: (elf: ElfEdit) => void, line: string][] = [
  ['another magic', (elf) => elf.patch(0, Buffer.from('\x7fELG')), 'Invalid ELF header magic: != \x7fELF'],
  ['an executable', (elf) => elf.header('type', 2), 'Invalid ELF header type: 2 != 1'],
  ['another machine', (elf) => elf.header('machine', 183), 'Invalid architecture in ELF header: 183'],
  ['another entry size', (elf) => elf.header('shentsize', 40), 'Invalid ELF section header size'],
  ['a section table beyond the file', (elf) => elf.header('shoff', 1e9), 'Invalid ELF section header overflow'],
  ['more sections than fit', (elf) => elf.header('shnum', 9999), 'Invalid ELF section header overflow'],
  [
    'a name table without number',
    (elf) => elf.header('shstrndx', 0),
    'Invalid ELF section name index: 0 || e_shstrndx (0) >= e_shnum (COUNT)',
  ],
  [
    'a name table beyond the table',
    (elf) => elf.header('shstrndx', 999),
    'Invalid ELF section name index: 999 || e_shstrndx (999) >= e_shnum (COUNT)',
  ],
  ['a name table beyond the file', (elf) => elf.section('.shstrtab', 'offset', 1e9), 'Invalid ELF section hdr(type 3)'],
  ['an empty name table', (elf) => elf.section('.shstrtab', 'size', 0), 'empty section name table'],
  [
    'a name table without a final NUL',
    (elf) => elf.section('.shstrtab', 'size', elf.field('.shstrtab', 'size') - 1),
    "ELF Spec violation: section name table isn't null terminated",
  ],
  [
    'a first section of another type',
    (elf) => elf.section(0, 'type', 0xffff_ffff),
    'ELF Spec violation: section 0 type(-1)!=SH_NULL or non-zero len or addr',
  ],
  [
    'a first section with a length',
    (elf) => elf.section(0, 'size', 1),
    'ELF Spec violation: section 0 type(0)!=SH_NULL or non-zero len or addr',
  ],
  [
    'a symbol table without strings',
    (elf) => elf.section('.symtab', 'link', 0),
    'Invalid ELF sh_link!=SHN_UNDEF(0) or (sh_link(0) >= hdr->e_shnum(COUNT)',
  ],
  [
    'a section beyond the file',
    (elf) => elf.section('.modinfo', 'size', 1e9),
    'Invalid ELF section in module (section MODINFO type 1)',
  ],
  [
    'a section whose end wraps around',
    (elf) => elf.section('.modinfo', 'offset', 0xffff_ffff_ffff_fff0n),
    'Invalid ELF section in module (section MODINFO type 1)',
  ],
  [
    'a name beyond the name table',
    (elf) => elf.section('.modinfo', 'name', 0xffff),
    'Invalid ELF section name in module (section MODINFO type 1)',
  ],
];

describe('elf_validity_check', () => {
  it.each(CASES)('refuses %s, and says so', (_what, change, line) => {
    let [count, modinfo] = [0, 0];
    const image = changed('hello/hello', (elf) => {
      [count, modinfo] = [elf.headerField('shnum'), elf.index('.modinfo')];
      change(elf);
    });
    const text = line.replace('COUNT', String(count)).replace('MODINFO', String(modinfo));
    expect(load(freshKernel(), image)).toEqual({ errno: ENOEXEC, log: [`<3>${text}`] });
  });

  it('says the same of everything on kernels before 5.12', () => {
    const kernel = freshKernel({ versionNumbers: [5, 10, 223] });
    const image = changed('hello/hello', (elf) => elf.header('type', 2));
    expect(load(kernel, image)).toEqual({ errno: ENOEXEC, log: ['<3>Module has invalid ELF structures'] });
  });

  it('does not look at the class and byte order that the file declares', () => {
    const image = changed('hello/hello', (elf) => elf.patch(4, Uint8Array.of(1, 2)));
    expect(load(freshKernel(), image).errno).toBe(0);
  });
});
