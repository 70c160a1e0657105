import { ELF64_LE, type ElfForm, structsOf } from '../../../src/elf/elf-form.ts';
import { type BuiltSection, buildElf } from '../../elf/build-elf.ts';

/** What a module of the tests exports, needs and says. */
export interface TinyModule {
  /** Symbol, and its CRC in `__crc_` form; without CRCs they stand in `__ksymtab_strings`. */
  readonly exports?: readonly string[];
  readonly crc?: number;
  readonly needs?: readonly string[];
  readonly weak?: readonly string[];
  /** `__versions`: CRC by symbol. */
  readonly versions?: Readonly<Record<string, number>>;
  /** `key=value` */
  readonly modinfo?: readonly string[];
  readonly form?: ElfForm;
}

const SHN_ABS = 0xfff1;
const text = (strings: readonly string[]) => Buffer.from(strings.map((string) => `${string}\0`).join(''), 'latin1');

/** The module as an ELF file with just the sections that depmod reads. */
export function tinyModule(module: TinyModule): Uint8Array {
  const form = module.form ?? ELF64_LE;
  const { exports = [], needs = [], weak = [], crc, modinfo = [], versions } = module;
  const symbols = [
    ...(crc === undefined
      ? []
      : exports.map((name) => ({ name: `__crc_${name}`, section: SHN_ABS, info: 0x10, value: crc }))),
    ...needs.map((name) => ({ name, section: 0, info: 0x10, value: 0 })),
    ...weak.map((name) => ({ name, section: 0, info: 0x20, value: 0 })),
  ];
  const strings = text(['', ...symbols.map(({ name }) => name)]);
  const sections: BuiltSection[] = [
    { name: '.modinfo', content: text(modinfo) },
    { name: '.symtab', type: 2, content: symbolTable(form, symbols), link: 3 },
    { name: '.strtab', type: 3, content: strings },
  ];
  if (crc === undefined && exports.length > 0) sections.push({ name: '__ksymtab_strings', content: text(exports) });
  if (versions !== undefined) sections.push({ name: '__versions', content: versionTable(form, versions) });
  return buildElf(form, 62, sections);
}

function symbolTable(
  form: ElfForm,
  symbols: readonly { name: string; section: number; info: number; value: number }[],
): Uint8Array {
  const fields = structsOf(form).symbol;
  const bytes = new Uint8Array((symbols.length + 1) * fields.size);
  const view = new DataView(bytes.buffer);
  let name = 1;
  for (const [i, symbol] of symbols.entries()) {
    const at = (i + 1) * fields.size;
    view.setUint32(at + fields.name, name, form.littleEndian);
    view.setUint8(at + fields.info, symbol.info);
    view.setUint16(at + fields.shndx, symbol.section, form.littleEndian);
    const low = form.bits === 64 && !form.littleEndian ? 4 : 0;
    view.setUint32(at + fields.value + low, symbol.value, form.littleEndian);
    name += symbol.name.length + 1;
  }
  return bytes;
}

function versionTable(form: ElfForm, versions: Readonly<Record<string, number>>): Uint8Array {
  const bytes = Buffer.alloc(Object.keys(versions).length * 64);
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  for (const [i, [name, crc]] of Object.entries(versions).entries()) {
    const low = form.bits === 64 && !form.littleEndian ? 4 : 0;
    view.setUint32(i * 64 + low, crc, form.littleEndian);
    bytes.write(name, i * 64 + form.bits / 8, 'latin1');
  }
  return bytes;
}
