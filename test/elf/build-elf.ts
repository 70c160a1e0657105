import { type ElfForm, structsOf } from '../../src/elf/elf-form.ts';

/** One section of a file to build. */
export interface BuiltSection {
  readonly name: string;
  readonly type?: number;
  readonly flags?: number;
  readonly address?: number;
  readonly content?: Uint8Array;
  readonly link?: number;
  readonly info?: number;
}

/** A relocatable ELF file of any form: the null section, the given ones, then `.shstrtab`. */
export function buildElf(form: ElfForm, machine: number, sections: readonly BuiltSection[]): Uint8Array {
  const { header, section } = structsOf(form);
  const all: readonly BuiltSection[] = [{ name: '', type: 0 }, ...sections, { name: '.shstrtab', type: 3 }];
  const names = new TextEncoder().encode(all.map(({ name }) => `${name}\0`).join(''));
  const contents = all.map(({ name, content }) => (name === '.shstrtab' ? names : (content ?? new Uint8Array())));
  const total = header.size + contents.reduce((sum, { length }) => sum + length, 0) + all.length * section.size;
  const file = new Uint8Array(total);
  const view = new DataView(file.buffer);
  const put = (at: number, value: number, size: 2 | 4 | 8): void => {
    if (size === 2) view.setUint16(at, value, form.littleEndian);
    else if (size === 4) view.setUint32(at, value, form.littleEndian);
    else view.setBigUint64(at, BigInt(value), form.littleEndian);
  };
  const word = (form.bits / 8) as 4 | 8;
  file.set([0x7f, 0x45, 0x4c, 0x46, form.bits === 64 ? 2 : 1, form.littleEndian ? 1 : 2]);
  put(header.type, 1, 2);
  put(header.machine, machine, 2);
  put(header.shoff, total - all.length * section.size, word);
  put(header.shentsize, section.size, 2);
  put(header.shnum, all.length, 2);
  put(header.shstrndx, all.length - 1, 2);
  let offset = header.size;
  let name = 0;
  for (const [i, { name: text, type = 1, flags = 0, address = 0, link = 0, info = 0 }] of all.entries()) {
    const at = total - (all.length - i) * section.size;
    file.set(contents[i]!, offset);
    put(at + section.name, name, 4);
    put(at + section.type, type, 4);
    put(at + section.flags, flags, word);
    put(at + section.address, address, word);
    put(at + section.offset, offset, word);
    put(at + section.length, contents[i]!.length, word);
    put(at + section.link, link, 4);
    put(at + section.info, info, 4);
    offset += contents[i]!.length;
    name += text.length + 1;
  }
  return file;
}
