import type { ElfView } from '../../elf/elf-view.ts';
import { viewOf } from '../container/bytes.ts';
import type { ImageRegion } from './kernel-image.ts';

/** Where the fields of `Elf_Ehdr` and `Elf_Phdr` stand. Source: System V ABI, chapters 4 and 5. */
const FIELDS = {
  32: { phoff: 28, phnum: 44, size: 32, offset: 4, address: 8, fileSize: 16 },
  64: { phoff: 32, phnum: 56, size: 56, offset: 8, address: 16, fileSize: 32 },
} as const;
const PT_LOAD = 1;
const MAX_SEGMENTS = 64;

/** The loaded segments of an ELF file, for one whose section headers were stripped. Those out of the file are left out. */
export function elfSegments(elf: ElfView): ImageRegion[] {
  const { bits, littleEndian } = elf.form;
  const fields = FIELDS[bits];
  const { bytes } = elf;
  if (bytes.length < fields.phnum + 2) return [];
  const view = viewOf(bytes);
  const word = (at: number) =>
    bits === 64 ? Number(view.getBigInt64(at, littleEndian)) : view.getUint32(at, littleEndian);
  const start = word(fields.phoff);
  const count = Math.min(view.getUint16(fields.phnum, littleEndian), MAX_SEGMENTS);
  if (start < 0 || start + count * fields.size > bytes.length) return [];
  const headers = Array.from({ length: count }, (_, i) => start + i * fields.size);
  return headers
    .filter((at) => view.getUint32(at, littleEndian) === PT_LOAD)
    .map((at) => ({
      address: word(at + fields.address),
      offset: word(at + fields.offset),
      size: word(at + fields.fileSize),
    }))
    .filter(({ offset, size }) => offset >= 0 && size > 0 && offset + size <= bytes.length)
    .map(({ address, offset, size }) => ({ name: '', address, bytes: bytes.subarray(offset, offset + size) }));
}
