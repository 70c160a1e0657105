import { decompress, detectCompression } from '../../compression/decompress.ts';
import { readBytes } from '../../kmod/files.ts';

/** Module files as the kernel gets them: those that were compressed are decoded beforehand. */
export class ModuleImages {
  readonly #decoded = new Map<string, Uint8Array>();

  /** Decodes the file when it is compressed. Fails with CompressionError. */
  async prepare(path: string): Promise<void> {
    const bytes = readBytes(path);
    if (bytes !== undefined && detectCompression(bytes) !== undefined) this.#decoded.set(path, await decompress(bytes));
  }

  /** The module's bytes; undefined when the file cannot be read. */
  read(path: string): Uint8Array | undefined {
    return this.#decoded.get(path) ?? readBytes(path);
  }
}
