import { fstatSync, readFileSync } from 'node:fs';
import { type ErrnoName, errnoNumber, strerror } from '../../abi/errno.ts';
import { CompressionError } from '../../compression/compression-error.ts';
import { decoderOf, decompressedLimit, detectCompression } from '../../compression/decompress.ts';
import { closeModule, openModule } from './find-modules.ts';
import { readModinfoValues } from './modinfo-values.ts';
import type { ModuleFacts } from './module-facts.ts';
import { ModuleFormatError, ModuleSections } from './module-sections.ts';
import { SymbolReader } from './module-symbols.ts';
import { FileSource, MemorySource, type SectionSource } from './section-source.ts';
import type { SymbolPool } from './symbol-pool.ts';

/** Reads the facts of module files, one after another. */
export class ModuleReader {
  readonly #symbols: SymbolReader;

  /** Symbols are numbered in `pool`; `withVersions`: CRCs are wanted too. */
  constructor(pool: SymbolPool, withVersions: boolean) {
    this.#symbols = new SymbolReader(pool, withVersions);
  }

  /** A module's facts; a string says why there are none, as `strerror` or the decoder puts it. */
  async read(path: string): Promise<ModuleFacts | string> {
    const descriptor = openModule(path);
    if (typeof descriptor === 'string') return say(descriptor);
    try {
      return await this.#readOpen(descriptor);
    } catch (error) {
      return reason(error);
    } finally {
      closeModule(descriptor);
    }
  }

  /** What {@link read} does, for a file that is not compressed; undefined: it is. */
  readPlain(path: string): ModuleFacts | string | undefined {
    const descriptor = openModule(path);
    if (typeof descriptor === 'string') return say(descriptor);
    try {
      const source = new FileSource(descriptor, fstatSync(descriptor).size);
      if (source.size >= 4 && detectCompression(source.read(0, 0, Math.min(6, source.size))) !== undefined)
        return undefined;
      return this.#facts(source);
    } catch (error) {
      return reason(error);
    } finally {
      closeModule(descriptor);
    }
  }

  async #readOpen(descriptor: number): Promise<ModuleFacts> {
    const bytes = readFileSync(descriptor);
    const compression = detectCompression(bytes);
    if (compression === undefined) return this.#facts(new MemorySource(bytes));
    const decode = await decoderOf(compression);
    return this.#facts(new MemorySource(decode(bytes, decompressedLimit(bytes.length))));
  }

  #facts(source: SectionSource): ModuleFacts {
    const sections = new ModuleSections(source);
    const { exports, needs, versions } = this.#symbols.read(sections);
    const { aliases, softdeps, weakdeps } = readModinfoValues(sections);
    return { exports, needs, aliases, softdeps, weakdeps, versions };
  }
}

/** Damaged data is EINVAL to kmod; a limit or a missing decoder is worth its own words. */
function reason(error: unknown): string {
  if (error instanceof ModuleFormatError) return say(error.errno);
  if (error instanceof CompressionError)
    return /limit|more than|no decoder/.test(error.message) ? error.message : say('EINVAL');
  return say(((error as NodeJS.ErrnoException).code ?? 'EIO') as ErrnoName);
}

function say(errno: ErrnoName): string {
  return strerror(errnoNumber(errno));
}
