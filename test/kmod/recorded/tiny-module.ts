/** A module in as many words as the userland tools look at. */
export interface TinyModule {
  /** `key=value` strings of .modinfo; undefined: no such section. */
  readonly modinfo?: readonly string[];
  /** Exported symbols with their CRCs. */
  readonly exports?: Readonly<Record<string, number>>;
  /** Undefined symbols with the CRCs that are wanted of them. */
  readonly needs?: Readonly<Record<string, number>>;
  /** Appended behind the file, base64: a signature. */
  readonly tail?: string;
}

const EHDR = 64;
const SHDR = 64;
const SHT = { PROGBITS: 1, SYMTAB: 2, STRTAB: 3 };
const SHN_ABS = 0xfff1;

interface Section {
  readonly name: string;
  readonly type: number;
  readonly bytes: Buffer;
  readonly link?: number;
  readonly entrySize?: number;
}

const strings = (texts: readonly string[]) => Buffer.from(texts.map((text) => `${text}\0`).join(''), 'latin1');

function symbolTable({ exports = {}, needs = {} }: TinyModule): { symbols: Buffer; names: Buffer } {
  const rows = [
    ['', 0, 0] as const,
    ...Object.keys(needs).map((name) => [name, 0, 0] as const),
    ...Object.entries(exports).map(([name, crc]) => [`__crc_${name}`, crc, SHN_ABS] as const),
  ];
  const symbols = Buffer.alloc(rows.length * 24);
  let names = '\0';
  for (const [i, [name, value, section]] of rows.entries()) {
    if (name === '') continue;
    symbols.writeUInt32LE(names.length, i * 24);
    symbols.writeUInt8(0x10, i * 24 + 4);
    symbols.writeUInt16LE(section, i * 24 + 6);
    symbols.writeBigUInt64LE(BigInt(value), i * 24 + 8);
    names += `${name}\0`;
  }
  return { symbols, names: Buffer.from(names, 'latin1') };
}

function versions(needs: Readonly<Record<string, number>>): Buffer {
  return Buffer.concat(
    Object.entries(needs).map(([name, crc]) => {
      const entry = Buffer.alloc(64);
      entry.writeBigUInt64LE(BigInt(crc));
      entry.write(name, 8, 'latin1');
      return entry;
    }),
  );
}

function sectionsOf(module: TinyModule): Section[] {
  const { symbols, names } = symbolTable(module);
  const sections: Section[] = [
    { name: '.strtab', type: SHT.STRTAB, bytes: names },
    { name: '.symtab', type: SHT.SYMTAB, bytes: symbols, link: 1, entrySize: 24 },
    { name: '__ksymtab_strings', type: SHT.PROGBITS, bytes: strings(Object.keys(module.exports ?? {})) },
    { name: '__versions', type: SHT.PROGBITS, bytes: versions(module.needs ?? {}) },
  ];
  if (module.modinfo) sections.push({ name: '.modinfo', type: SHT.PROGBITS, bytes: strings(module.modinfo) });
  return sections;
}

/** The bytes of a relocatable x86-64 ELF file with these contents. */
export function buildTinyModule(module: TinyModule): Buffer {
  const sections = sectionsOf(module);
  let names = '\0';
  const nameAt = [...sections.map(({ name }) => name), '.shstrtab'].map((name) => {
    const at = names.length;
    names += `${name}\0`;
    return at;
  });
  const all = [...sections, { name: '.shstrtab', type: SHT.STRTAB, bytes: Buffer.from(names, 'latin1') }];
  const headers = Buffer.alloc((all.length + 1) * SHDR);
  let at = EHDR;
  for (const [i, section] of all.entries()) {
    const header = (i + 1) * SHDR;
    headers.writeUInt32LE(nameAt[i]!, header);
    headers.writeUInt32LE(section.type, header + 4);
    headers.writeBigUInt64LE(BigInt(at), header + 24);
    headers.writeBigUInt64LE(BigInt(section.bytes.length), header + 32);
    headers.writeUInt32LE(('link' in section && section.link) || 0, header + 40);
    headers.writeBigUInt64LE(1n, header + 48);
    headers.writeBigUInt64LE(BigInt(('entrySize' in section && section.entrySize) || 0), header + 56);
    at += section.bytes.length;
  }
  const head = Buffer.alloc(EHDR);
  head.write('\x7fELF\x02\x01\x01', 'latin1');
  head.writeUInt16LE(1, 16);
  head.writeUInt16LE(62, 18);
  head.writeUInt32LE(1, 20);
  head.writeBigUInt64LE(BigInt(at), 40);
  head.writeUInt16LE(EHDR, 52);
  head.writeUInt16LE(SHDR, 58);
  head.writeUInt16LE(all.length + 1, 60);
  head.writeUInt16LE(all.length, 62);
  const tail = Buffer.from(module.tail ?? '', 'base64');
  return Buffer.concat([head, ...all.map(({ bytes }) => bytes), headers, tail]);
}
