import type { KernelProfile } from '../../profile/kernel-profile.ts';
import type { Cause } from '../verdict.ts';

const XZ = [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00];
/** Stream flags of an .xz file: the integrity check is in the low four bits of the eighth byte. The xz file format, 2.1.1.2. */
const CHECK_AT = 7;
const CRC32 = 1;
const CHECKS: Readonly<Record<number, string>> = { 0: 'no check', 4: 'CRC64', 10: 'SHA-256' };

const RECIPE = 'xz --check=crc32 --lzma2=dict=1MiB';

/** The file cannot be decompressed by anybody. `message`: the decoder's. */
export function cannotDecompress(message: string): Cause {
  return {
    id: 'compressed',
    reason: `The file is compressed and cannot be decompressed: ${message}.`,
    next: `Get or make it again. Compressed anew, it suits every reader as gzip -9n, zstd -19 or ${RECIPE}.`,
  };
}

/**
 * A file that programs can decompress, but not a kernel that does it itself (CONFIG_MODULE_DECOMPRESS; kmod from 31 on
 * lets it): its xz knows no check but CRC32. `head`: the first bytes of the file.
 */
export function kernelCannotDecompress(head: Uint8Array, profile: KernelProfile): readonly Cause[] {
  const isXz = XZ.every((byte, at) => head[at] === byte);
  const check = (head[CHECK_AT] ?? 0) & 0xf;
  if (!isXz || check === CRC32 || profile.config('MODULE_DECOMPRESS') !== 'y') return [];
  return [
    {
      id: 'compressed',
      reason: `The .xz file has ${CHECKS[check] ?? `check ${check}`} in the place of CRC32. ${profile.release} decompresses modules itself, and its xz fails over that ("decompression failed with status 6"); only programs that decompress it before, as busybox and older kmod do, can load it.`,
      next: `Compress it with ${RECIPE}.`,
    },
  ];
}
