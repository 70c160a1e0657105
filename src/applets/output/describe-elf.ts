import { open } from 'elfinfo';
import { detectCompression } from '../../compression/decompress.ts';

/** What a file is, for a person: `a 32-bit ARM relocatable object`. Never in the load path. */
export async function describeFile(bytes: Uint8Array): Promise<string> {
  if (bytes.length === 0) return 'an empty file';
  const compression = detectCompression(bytes);
  if (compression !== undefined) return `a ${compression}-compressed file`;
  if (!isElf(bytes)) return isText(bytes) ? 'a text file' : 'no ELF file';
  return describeElf(bytes);
}

/** elfinfo reads a whole file, and nothing from a damaged one: it gets the header alone, which tells enough. */
async function describeElf(bytes: Uint8Array): Promise<string> {
  const { elf } = await open(headerAlone(bytes), { readSymbolData: false }).catch(() => ({ elf: undefined }));
  if (elf === undefined) return 'a damaged ELF file';
  const order = elf.data === BIG_ENDIAN ? ' big-endian' : '';
  return `a ${elf.bits}-bit${order} ${elf.isaDescription} ${TYPES[elf.type] ?? 'ELF file'}`;
}

/** ELF(5): where a header of each class says where its tables are and how many entries they have. */
const TABLES = {
  32: { size: 52, offsets: [28, 36], counts: [44, 48] },
  64: { size: 64, offsets: [32, 48], counts: [56, 60] },
} as const;

/** elfinfo takes nothing shorter for an ELF file. */
const SHORTEST = 256;

function headerAlone(bytes: Uint8Array): Uint8Array {
  const { size, offsets, counts } = TABLES[bytes[4] === 1 ? 32 : 64];
  const header = new Uint8Array(SHORTEST);
  header.set(bytes.subarray(0, size));
  header.fill(0, ...offsets);
  for (const count of counts) header.fill(0, count, count + 2);
  return header;
}

/** ELF(5): `ELFDATA2MSB`. */
const BIG_ENDIAN = 2;

/** ELF(5): `e_type`. */
const TYPES: Readonly<Record<number, string>> = {
  1: 'relocatable object',
  2: 'executable',
  3: 'shared object',
  4: 'core dump',
};

function isElf(bytes: Uint8Array): boolean {
  return bytes[0] === 0x7f && bytes[1] === 0x45 && bytes[2] === 0x4c && bytes[3] === 0x46;
}

function isText(bytes: Uint8Array): boolean {
  return bytes.subarray(0, 512).every((byte) => byte >= 0x20 || (byte >= 0x09 && byte <= 0x0d));
}
