import { cStringStarts } from '../../elf/c-string.ts';
import { bytesOf, viewOf } from '../container/bytes.ts';
import { indexOfBytes } from './search.ts';

/** One kind of boot image around a compressed kernel. */
interface Wrapper {
  readonly headerSize: number;
  matches(file: Uint8Array): boolean;
  /** Where the compressed kernel may stand, the likeliest first. */
  payloads(file: Uint8Array): Iterable<Uint8Array>;
}

/** Source: Documentation/x86/boot.rst, from protocol 2.08 on. */
const X86 = { SETUP_SECTORS: 0x1f1, SECTOR: 512, MAGIC: 0x202, PAYLOAD_OFFSET: 0x248, PAYLOAD_LENGTH: 0x24c } as const;
/** Source: drivers/firmware/efi/libstub/zboot-header.S. */
const ZBOOT = { MAGIC: 4, PAYLOAD_OFFSET: 8, PAYLOAD_LENGTH: 12 } as const;
/** Source: arch/arm/boot/compressed/head.S: magic, and the table with the address of the size behind the payload. */
const ZIMAGE = { MAGIC: 0x24, MAGIC_VALUE: 0x016f2818, TABLE: 0x38, SIZE_ADDRESS: 8 } as const;

/** The size when decompressed, which the build appends to all formats but gzip. Source: scripts/Makefile.lib, `size_append`. */
const APPENDED_SIZE = 4;
/** Most places that are tried in a zImage. */
const MAX_CANDIDATES = 8;

const GZIP = bytesOf('\x1f\x8b\x08');
const LZMA = bytesOf('\x5d\0\0');
const LZMA_SIZE = 5;
const MAGICS = [GZIP, ...['\xfd7zXZ\0', '\x28\xb5\x2f\xfd', '\x02\x21\x4c\x18', 'BZh'].map(bytesOf), LZMA];

const WRAPPERS: readonly Wrapper[] = [
  {
    headerSize: 0x260,
    matches: (file) => cStringStarts(file, X86.MAGIC, 'HdrS'),
    *payloads(file) {
      const view = viewOf(file);
      const setup = (view.getUint8(X86.SETUP_SECTORS) || 4) + 1;
      const start = setup * X86.SECTOR + view.getUint32(X86.PAYLOAD_OFFSET, true);
      yield withoutSize(file.subarray(start, start + view.getUint32(X86.PAYLOAD_LENGTH, true)));
    },
  },
  {
    headerSize: 0x20,
    matches: (file) => cStringStarts(file, ZBOOT.MAGIC, 'zimg'),
    *payloads(file) {
      const view = viewOf(file);
      const start = view.getUint32(ZBOOT.PAYLOAD_OFFSET, true);
      yield withoutSize(file.subarray(start, start + view.getUint32(ZBOOT.PAYLOAD_LENGTH, true)));
    },
  },
  {
    headerSize: 0x40,
    matches: (file) => viewOf(file).getUint32(ZIMAGE.MAGIC, true) === ZIMAGE.MAGIC_VALUE,
    *payloads(file) {
      const view = viewOf(file);
      const table = view.getUint32(ZIMAGE.TABLE, true);
      if (table + ZIMAGE.SIZE_ADDRESS + 4 > file.length) return;
      const end = view.getUint32(table + ZIMAGE.SIZE_ADDRESS, true);
      for (const start of magicsBefore(file, end)) yield file.subarray(start, end);
    },
  },
];

/**
 * The places of a boot image at which its compressed kernel may stand; undefined when `file` is no boot image with a
 * compressed kernel in it: an ELF file, a raw Image, a compressed file, or no kernel.
 */
export function kernelPayloads(file: Uint8Array): Iterable<Uint8Array> | undefined {
  return WRAPPERS.find(({ headerSize, matches }) => file.length >= headerSize && matches(file))?.payloads(file);
}

function withoutSize(payload: Uint8Array): Uint8Array {
  if (startsWith(payload, GZIP)) return payload;
  const packed = payload.subarray(0, -APPENDED_SIZE);
  return startsWith(payload, LZMA) ? withLzmaSize(packed, payload.subarray(-APPENDED_SIZE)) : packed;
}

/** lzma(1) in a pipe does not know the size that its header should have: the build appends it, so put it there. */
function withLzmaSize(packed: Uint8Array, size: Uint8Array): Uint8Array {
  if (packed.length < LZMA_SIZE + 8) return packed;
  const whole = packed.slice();
  whole.fill(0, LZMA_SIZE, LZMA_SIZE + 8);
  whole.set(size, LZMA_SIZE);
  return whole;
}

function startsWith(bytes: Uint8Array, magic: Uint8Array): boolean {
  return magic.every((byte, i) => bytes[i] === byte);
}

function* magicsBefore(file: Uint8Array, end: number): Iterable<number> {
  let left = MAX_CANDIDATES;
  for (const magic of MAGICS) {
    let at = indexOfBytes(file, magic, 0);
    for (; at >= 0 && at < end && left > 0; at = indexOfBytes(file, magic, at + 1)) {
      left--;
      yield at;
    }
  }
}
