/** A 64-bit little-endian ELF file that can be changed in place; what grows goes to the end of the file. */
export class ElfEdit {
  #bytes: Buffer;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes);
  }

  get bytes(): Buffer {
    return this.#bytes;
  }

  /** Sets a field of the ELF header. */
  header(field: string, value: number): void {
    writeField(this.#bytes, 0, HEADER[field]!, BigInt(value));
  }

  /** Sets a field of a section header; a section is meant by name or number. */
  section(which: string | number, field: string, value: number | bigint): void {
    writeField(this.#bytes, this.#headerOffset(this.index(which)), SECTION[field]!, BigInt(value));
  }

  /** The number of a section. */
  index(which: string | number): number {
    if (typeof which === 'number') return which;
    for (let index = 0; index < this.#count; index++) if (this.#nameOf(index) === which) return index;
    throw new Error(`no section ${which}`);
  }

  has(section: string): boolean {
    return Array.from({ length: this.#count }, (_, index) => this.#nameOf(index)).includes(section);
  }

  /** A field of a section header. */
  field(which: string | number, field: string): number {
    return Number(readField(this.#bytes, this.#headerOffset(this.index(which)), SECTION[field]!));
  }

  /** A field of the ELF header. */
  headerField(field: string): number {
    return Number(readField(this.#bytes, 0, HEADER[field]!));
  }

  content(which: string | number): Buffer {
    const offset = this.field(which, 'offset');
    return this.#bytes.subarray(offset, offset + this.field(which, 'size'));
  }

  /** Replaces a section's content: where it stands if it fits, else at the end of the file. */
  setContent(which: string | number, content: Uint8Array): void {
    const index = this.index(which);
    if (content.length > this.field(index, 'size')) {
      this.#align();
      this.section(index, 'offset', this.#bytes.length);
      this.#bytes = Buffer.concat([this.#bytes, content]);
    } else this.#bytes.set(content, this.field(index, 'offset'));
    this.section(index, 'size', content.length);
  }

  /** Gives a section another name, which is added to the name table. */
  rename(which: string, name: string): void {
    const index = this.index(which);
    this.section(index, 'name', this.#addName(name));
  }

  /** Adds a section at the end; the section header table moves behind it. */
  addSection(name: string, fields: Readonly<Record<string, number>>, content: Uint8Array): void {
    const nameOffset = this.#addName(name);
    this.#align();
    const offset = this.#bytes.length;
    this.#bytes = Buffer.concat([this.#bytes, content]);
    this.#align();
    const table = this.headerField('shoff');
    const old = this.#bytes.subarray(table, table + ENTRY_SIZE * this.#count);
    const moved = this.#bytes.length;
    this.#bytes = Buffer.concat([this.#bytes, old, Buffer.alloc(ENTRY_SIZE)]);
    this.header('shoff', moved);
    this.header('shnum', this.#count + 1);
    const values = { name: nameOffset, offset, size: content.length, addralign: 1, ...fields };
    for (const [field, value] of Object.entries(values)) this.section(this.#count - 1, field, value);
  }

  /** Symbol number by name. */
  symbol(name: string): number {
    const symbols = this.content('.symtab');
    const names = this.content('.strtab');
    for (let at = 0; at < symbols.length; at += SYMBOL_SIZE) {
      if (cString(names, symbols.readUInt32LE(at)) === name) return at / SYMBOL_SIZE;
    }
    throw new Error(`no symbol ${name}`);
  }

  setSymbol(name: string, field: string, value: number): void {
    const at = this.field('.symtab', 'offset') + SYMBOL_SIZE * this.symbol(name);
    writeField(this.#bytes, at, SYMBOL[field]!, BigInt(value));
  }

  /** Sets parts of one entry of a `.rela` section. */
  relocation(which: string, number: number, parts: Readonly<Record<string, number>>): void {
    const at = this.field(which, 'offset') + RELA_SIZE * number;
    for (const [part, value] of Object.entries(parts)) writeField(this.#bytes, at, RELA[part]!, BigInt(value));
  }

  /** `offset` of one entry of a `.rela` section. */
  relocationOffset(which: string, number: number): number {
    return Number(this.content(which).readBigUInt64LE(RELA_SIZE * number));
  }

  /** The names of the symbols that the entries of a `.rela` section refer to. */
  relocationSymbols(which: string): string[] {
    const [entries, symbols, names] = [this.content(which), this.content('.symtab'), this.content('.strtab')];
    return Array.from({ length: entries.length / RELA_SIZE }, (_, number) => {
      const symbol = entries.readUInt32LE(RELA_SIZE * number + RELA['symbol']![0]);
      return cString(names, symbols.readUInt32LE(SYMBOL_SIZE * symbol));
    });
  }

  get modinfo(): string[] {
    return this.content('.modinfo')
      .toString('latin1')
      .split('\0')
      .filter((entry) => entry !== '');
  }

  set modinfo(entries: readonly string[]) {
    this.setContent('.modinfo', Buffer.from(entries.map((entry) => `${entry}\0`).join(''), 'latin1'));
  }

  get versions(): { name: string; crc: bigint }[] {
    const table = this.content('__versions');
    return Array.from({ length: table.length / VERSION_SIZE }, (_, index) => ({
      crc: table.readBigUInt64LE(VERSION_SIZE * index),
      name: cString(table, VERSION_SIZE * index + 8),
    }));
  }

  set versions(entries: readonly { readonly name: string; readonly crc: bigint }[]) {
    const table = Buffer.alloc(VERSION_SIZE * entries.length);
    for (const [index, { name, crc }] of entries.entries()) {
      table.writeBigUInt64LE(crc, VERSION_SIZE * index);
      table.write(name, VERSION_SIZE * index + 8, 'latin1');
    }
    this.setContent('__versions', table);
  }

  /** Overwrites bytes of the file. */
  patch(offset: number, bytes: Uint8Array): void {
    this.#bytes.set(bytes, offset);
  }

  truncate(length: number): void {
    this.#bytes = this.#bytes.subarray(0, length < 0 ? this.#bytes.length + length : length);
  }

  append(bytes: Uint8Array): void {
    this.#bytes = Buffer.concat([this.#bytes, bytes]);
  }

  get #count(): number {
    return this.headerField('shnum');
  }

  #headerOffset(index: number): number {
    return this.headerField('shoff') + ENTRY_SIZE * index;
  }

  #nameOf(index: number): string {
    return cString(this.content(this.headerField('shstrndx')), this.field(index, 'name'));
  }

  #addName(name: string): number {
    const table = this.headerField('shstrndx');
    const names = this.content(table);
    const offset = names.length;
    this.setContent(table, Buffer.concat([names, Buffer.from(`${name}\0`, 'latin1')]));
    return offset;
  }

  #align(): void {
    const padding = -this.#bytes.length & (ALIGNMENT - 1);
    this.#bytes = Buffer.concat([this.#bytes, Buffer.alloc(padding)]);
  }
}

/** Offset and size of a field. */
type Field = readonly [offset: number, size: 1 | 2 | 4 | 8];

const ALIGNMENT = 64;
const ENTRY_SIZE = 64;
const SYMBOL_SIZE = 24;
const RELA_SIZE = 24;
/** `struct modversion_info` of a 64-bit kernel. */
const VERSION_SIZE = 64;

/** `Elf64_Ehdr`. */
const HEADER: Readonly<Record<string, Field>> = {
  class: [4, 1],
  data: [5, 1],
  osabi: [7, 1],
  type: [16, 2],
  machine: [18, 2],
  version: [20, 4],
  shoff: [40, 8],
  ehsize: [52, 2],
  shentsize: [58, 2],
  shnum: [60, 2],
  shstrndx: [62, 2],
};
/** `Elf64_Shdr`. */
const SECTION: Readonly<Record<string, Field>> = {
  name: [0, 4],
  type: [4, 4],
  flags: [8, 8],
  addr: [16, 8],
  offset: [24, 8],
  size: [32, 8],
  link: [40, 4],
  info: [44, 4],
  addralign: [48, 8],
  entsize: [56, 8],
};
/** `Elf64_Sym`. */
const SYMBOL: Readonly<Record<string, Field>> = {
  name: [0, 4],
  info: [4, 1],
  shndx: [6, 2],
  value: [8, 8],
  size: [16, 8],
};
/** `Elf64_Rela`. */
const RELA: Readonly<Record<string, Field>> = { offset: [0, 8], type: [8, 4], symbol: [12, 4], addend: [16, 8] };

function readField(bytes: Buffer, base: number, [offset, size]: Field): bigint {
  return size === 8 ? bytes.readBigUInt64LE(base + offset) : BigInt(bytes.readUIntLE(base + offset, size));
}

function writeField(bytes: Buffer, base: number, [offset, size]: Field, value: bigint): void {
  if (size === 8) bytes.writeBigUInt64LE(BigInt.asUintN(64, value), base + offset);
  else bytes.writeUIntLE(Number(BigInt.asUintN(8 * size, value)), base + offset, size);
}

function cString(bytes: Buffer, offset: number): string {
  return bytes.toString('latin1', offset, bytes.indexOf(0, offset));
}
