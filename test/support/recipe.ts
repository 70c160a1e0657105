import { ElfEdit } from './elf-edit.ts';

/** One change of a base module. What each does stands in {@link OPERATIONS}. */
export type RecipeStep = readonly [operation: string, ...args: unknown[]];

/** Applies the steps to a base module, in order. */
export function applyRecipe(base: Uint8Array, steps: readonly RecipeStep[]): Buffer {
  const elf = new ElfEdit(base);
  for (const [operation, ...args] of steps) {
    const apply = OPERATIONS[operation];
    if (apply === undefined) throw new Error(`no such step: ${operation}`);
    apply(elf, ...(args as never[]));
  }
  return elf.bytes;
}

const entryOf = (key: string, value: string) => `${key}=${value}`;
const hasKey = (key: string) => (entry: string) => entry.startsWith(`${key}=`);

const OPERATIONS: Readonly<Record<string, (elf: ElfEdit, ...args: never[]) => void>> = {
  /** Field of the ELF header. */
  header: (elf, field: string, value: number) => elf.header(field, value),
  /** Field of a section header; a text value is a 64-bit number in hexadecimal. */
  section: (elf, which: string | number, field: string, value: number | string) =>
    elf.section(which, field, BigInt(value)),
  /** Zero bytes at the end of a section's content. */
  extend: (elf, section: string, length: number) =>
    elf.setContent(section, Buffer.concat([elf.content(section), Buffer.alloc(length)])),
  rename: (elf, from: string, to: string) => elf.rename(from, to),
  /** `content`: hexadecimal, or another section's name in brackets. */
  'add-section': (elf, name: string, fields: Record<string, number | string>, content: string) => {
    const numbers = Object.fromEntries(
      Object.entries(fields).map(([key, value]) => [key, typeof value === 'string' ? elf.index(value) : value]),
    );
    const copied = /^\[(.*)\]$/.exec(content);
    elf.addSection(name, numbers, copied ? Buffer.from(elf.content(copied[1]!)) : Buffer.from(content, 'hex'));
  },
  symbol: (elf, name: string, field: string, value: number) => elf.setSymbol(name, field, value),
  relocation: (elf, section: string, number: number, parts: Record<string, number>) =>
    elf.relocation(section, number, parts),
  /** Bytes at an offset of a section's content. */
  poke: (elf, section: string, offset: number, hex: string) =>
    elf.patch(elf.field(section, 'offset') + offset, Buffer.from(hex, 'hex')),
  /** Bytes where the numbered relocation of a `.rela` section lands in `section`. */
  'poke-relocated': (elf, section: string, rela: string, number: number, hex: string) =>
    elf.patch(elf.field(section, 'offset') + elf.relocationOffset(rela, number), Buffer.from(hex, 'hex')),
  /** Replaces the value of a modinfo tag. */
  modinfo: (elf, key: string, value: string) => {
    elf.modinfo = elf.modinfo.map((entry) => (hasKey(key)(entry) ? entryOf(key, value) : entry));
  },
  'modinfo-drop': (elf, key: string) => {
    elf.modinfo = elf.modinfo.filter((entry) => !hasKey(key)(entry));
  },
  'modinfo-add': (elf, key: string, value: string) => {
    elf.modinfo = [...elf.modinfo.filter((entry) => !hasKey(key)(entry)), entryOf(key, value)];
  },
  'modinfo-first': (elf, ...entries: string[]) => {
    elf.modinfo = [...entries, ...elf.modinfo];
  },
  /** Swaps bits of a symbol's CRC. */
  'version-xor': (elf, name: string, bits: string) => {
    elf.versions = elf.versions.map((row) => (row.name === name ? { ...row, crc: row.crc ^ BigInt(bits) } : row));
  },
  /** The same for all symbols but one. */
  'version-xor-others': (elf, name: string, bits: string) => {
    elf.versions = elf.versions.map((row) => (row.name === name ? row : { ...row, crc: row.crc ^ BigInt(bits) }));
  },
  'version-drop': (elf, name: string) => {
    elf.versions = elf.versions.filter((row) => row.name !== name);
  },
  'version-none': (elf) => {
    elf.versions = [];
  },
  /** Bytes anywhere in the file. */
  patch: (elf, offset: number, hex: string) => elf.patch(offset, Buffer.from(hex, 'hex')),
  /** Keeps so many bytes; negative: drops so many. */
  truncate: (elf, length: number) => elf.truncate(length),
  append: (elf, hex: string) => elf.append(Buffer.from(hex, 'hex')),
  'append-text': (elf, text: string) => elf.append(Buffer.from(text, 'latin1')),
};
