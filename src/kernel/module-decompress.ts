import { errnoNumber } from '../abi/errno.ts';
import type { Kernel } from './kernel.ts';
import { isConfigured } from './kernel-config.ts';
import { KERN, printk } from './log/printk.ts';

/** What a kernel can decompress by its configuration, the first bytes of such a file, and its words for any other. */
const FORMATS = [
  { option: 'MODULE_COMPRESS_GZIP', magic: '\x1f\x8b\x08', words: 'not a gzip compressed module' },
  { option: 'MODULE_COMPRESS_XZ', magic: '\xfd7zXZ\0', words: 'not an xz compressed module' },
  { option: 'MODULE_COMPRESS_ZSTD', magic: '\x28\xb5\x2f\xfd', words: 'not a zstd compressed module' },
] as const;

/**
 * `module_decompress`, kernel/module/decompress.c: the error number for a file that came with
 * `MODULE_INIT_COMPRESSED_FILE`. Decoders are not part of the emulated kernel: what it would read is EOPNOTSUPP here, as
 * on kernels without CONFIG_MODULE_DECOMPRESS.
 */
export function moduleDecompress(kernel: Kernel, image: Uint8Array): number {
  const format = FORMATS.find(({ option }) => isConfigured(kernel, option));
  if (!isConfigured(kernel, 'MODULE_DECOMPRESS') || !format) return errnoNumber('EOPNOTSUPP');
  const fits = [...format.magic].every((char, i) => image[i] === char.charCodeAt(0));
  if (fits) return errnoNumber('EOPNOTSUPP');
  printk(kernel, KERN.ERR, format.words);
  return errnoNumber('EINVAL');
}
