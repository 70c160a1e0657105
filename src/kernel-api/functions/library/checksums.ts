import { type GuestCall, rowsOf } from '../../kernel-function.ts';

/** `CRC32_POLY_LE`, `CRC32C_POLY_LE`, `CRC32_POLY_BE`: include/linux/crc32poly.h. */
const POLYNOMIAL = { crc32: 0xedb88320, crc32c: 0x82f63b78, big: 0x04c11db7 } as const;
const tables = new Map<number, Uint32Array>();

/** The remainders of all bytes, lowest bit first. */
function tableOf(polynomial: number): Uint32Array {
  const known = tables.get(polynomial);
  if (known) return known;
  const made = Uint32Array.from({ length: 256 }, (_, byte) => {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ polynomial : crc >>> 1;
    return crc >>> 0;
  });
  tables.set(polynomial, made);
  return made;
}

/** `crc32_le(crc, p, len)` and the same over another polynomial: no inversion before or after. */
const little =
  (polynomial: number) =>
  (call: GuestCall): number => {
    let crc = call.unsigned(0);
    const size = call.size(2);
    if (size === 0) return crc;
    const table = tableOf(polynomial);
    for (const byte of call.memory.view(call.pointer(1), size, 'read')) crc = table[(crc ^ byte) & 0xff]! ^ (crc >>> 8);
    return crc >>> 0;
  };

/** `crc32_be(crc, p, len)`: highest bit first. */
function big(call: GuestCall): number {
  let crc = call.unsigned(0);
  const size = call.size(2);
  if (size === 0) return crc;
  for (const byte of call.memory.view(call.pointer(1), size, 'read')) {
    crc ^= byte << 24;
    for (let bit = 0; bit < 8; bit++) crc = crc < 0 ? (crc << 1) ^ POLYNOMIAL.big : crc << 1;
  }
  return crc >>> 0;
}

/** `hweight32` and its like: how many bits are set. */
const weight =
  (bits: number) =>
  (call: GuestCall): number =>
    BigInt.asUintN(bits, call.long(0)).toString(2).replaceAll('0', '').length;

/** Bytes of the working memory of zlib: lib/zlib_inflate, lib/zlib_deflate. */
const INFLATE_WORKSPACE = 42_312;
const DEFLATE_STATE = 5_960;

/** `zlib_deflate_workspacesize(windowBits, memLevel)`: window, previous and head links, and the pending output. */
function deflateWorkspace(call: GuestCall): number {
  const window = 2 ** Math.abs(call.int(0));
  const level = call.int(1);
  return DEFLATE_STATE + 2 * window + 2 * window + 2 * 2 ** (level + 7) + 4 * 2 ** (level + 6);
}

/** Check sums and other arithmetic that the kernel has built in. */
export const checksumFunctions = () => [
  ...rowsOf('lib/crc32.c', [
    ['u32 crc32_le(u32 crc, const unsigned char *p, size_t len)', little(POLYNOMIAL.crc32)],
    ['u32 __crc32c_le(u32 crc, const unsigned char *p, size_t len)', little(POLYNOMIAL.crc32c)],
    ['u32 crc32_be(u32 crc, const unsigned char *p, size_t len)', big],
  ]),
  ...rowsOf('lib/hweight.c', [
    ['unsigned int __sw_hweight32(unsigned int w)', weight(32)],
    ['unsigned long __sw_hweight64(__u64 w)', weight(64)],
  ]),
  ...rowsOf('lib/zlib_deflate/deflate.c', [
    ['int zlib_deflate_workspacesize(int windowBits, int memLevel)', deflateWorkspace],
    ['int zlib_deflate_dfltcc_enabled(void)', () => 0],
  ]),
  ...rowsOf('lib/zlib_inflate/inflate.c', [['int zlib_inflate_workspacesize(void)', () => INFLATE_WORKSPACE]]),
];
