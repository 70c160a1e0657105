import { errnoNumber } from '../../abi/errno.ts';
import { CompressionError, NotDecoded } from '../../compression/compression-error.ts';
import { hasElfMagic } from '../../elf/elf-form.ts';
import { readBytes } from '../../kmod/files.ts';
import type { Request } from '../../kmod/probe/requests.ts';
import { InputError } from '../command-line/input-error.ts';

/** Module files as the kernel gets them: those that were compressed are decoded beforehand. */
export class ModuleImages {
  readonly #decoded = new Map<string, Uint8Array>();

  /**
   * Decodes the file when it is compressed: 0, or -EINVAL when it is damaged; then it stays as it is. Raises InputError
   * for one that is too large when it is decoded.
   */
  async prepare({ path, unknown }: Request & { kind: 'prepare' }): Promise<number> {
    const bytes = readBytes(path);
    if (bytes === undefined || hasElfMagic(bytes)) return 0;
    const { decompress, detectCompression } = await import('../../compression/decompress.ts');
    const format = detectCompression(bytes);
    if (format === undefined || format === unknown) return 0;
    const decoded = await decompress(bytes).catch((error) => orLeave(error, path));
    if (decoded === undefined) return -errnoNumber('EINVAL');
    this.#decoded.set(path, decoded);
    return 0;
  }

  /** The module's bytes; undefined when the file cannot be read. */
  read(path: string): Uint8Array | undefined {
    return this.#decoded.get(path) ?? readBytes(path);
  }
}

function orLeave(error: unknown, path: string): undefined {
  if (error instanceof NotDecoded)
    throw new InputError(`${Buffer.from(path, 'latin1').toString('utf8')}: ${error.message}`);
  if (!(error instanceof CompressionError)) throw error;
}
