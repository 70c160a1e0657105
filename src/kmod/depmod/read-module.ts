import { type ErrnoName, errnoNumber, strerror } from '../../abi/errno.ts';
import { CompressionError, NotDecoded } from '../../compression/compression-error.ts';
import type { Decoder } from '../../compression/decoders.ts';
import { type Compression, decoderOf, decompressedLimit, detectCompression } from '../../compression/decompress.ts';
import { closeModule, openModule } from './find-modules.ts';
import { appendValues, readModinfo } from './modinfo-values.ts';
import { type ModuleFacts, TEXT_KINDS } from './module-facts.ts';
import { ModuleFormatError, ModuleSections } from './module-sections.ts';
import { SymbolReader } from './module-symbols.ts';
import { FileSource, MemorySource, readPiece, type SectionSource } from './section-source.ts';

/** First bytes of a file that tell its compression. */
const MAGIC_LENGTH = 6;
/** No compressed file begins with this one. */
const ELF_START = 0x7f;

/** A file cannot be read before the decoder of its compression is there. */
class DecoderWanted {
  readonly compression: Compression;

  constructor(compression: Compression) {
    this.compression = compression;
  }
}

/** Reads module files, one after another, into rows of `facts`. */
export class ModuleReader {
  readonly #facts: ModuleFacts;
  readonly #symbols: SymbolReader;
  readonly #decoders = new Map<Compression, Decoder>();

  /** `withVersions`: CRCs are wanted too. */
  constructor(facts: ModuleFacts, withVersions: boolean) {
    this.#facts = facts;
    this.#symbols = new SymbolReader(facts, withVersions);
  }

  /** The row of a module's facts; a string says why there are none, as `strerror` or the decoder puts it. */
  async read(path: string): Promise<number | string> {
    const found = this.#read(path);
    if (!(found instanceof DecoderWanted)) return found;
    try {
      this.#decoders.set(found.compression, await decoderOf(found.compression));
    } catch (error) {
      return reason(error);
    }
    return this.read(path);
  }

  /** What {@link read} does, as far as it can be done at once; undefined: a decoder must be loaded first. */
  readNow(path: string): number | string | undefined {
    const found = this.#read(path);
    return found instanceof DecoderWanted ? undefined : found;
  }

  #read(path: string): number | string | DecoderWanted {
    const descriptor = openModule(path);
    if (typeof descriptor === 'string') return say(descriptor);
    try {
      const source = this.#uncompressed(new FileSource(descriptor));
      return source instanceof DecoderWanted ? source : this.#take(source);
    } catch (error) {
      this.#facts.dropOpenRow();
      return reason(error);
    } finally {
      closeModule(descriptor);
    }
  }

  #uncompressed(file: FileSource): SectionSource | DecoderWanted {
    if (!file.reaches(4)) return file;
    const start = file.at(0, file.reaches(MAGIC_LENGTH) ? MAGIC_LENGTH : file.size);
    if (file.bytes[start] === ELF_START) return file;
    const compression = detectCompression(file.bytes.subarray(start, start + MAGIC_LENGTH));
    if (compression === undefined) return file;
    const decode = this.#decoders.get(compression);
    if (decode === undefined) return new DecoderWanted(compression);
    return new MemorySource(decode(readPiece(file, 0, file.size), decompressedLimit(file.size)));
  }

  #take(source: SectionSource): number {
    const sections = new ModuleSections(source);
    sections.readTogether();
    const { count, numbers, rows, texts, versions } = this.#facts;
    const exportsEnd = this.#symbols.read(sections);
    const modinfo = readModinfo(sections);
    rows.push(exportsEnd);
    rows.push(numbers.length);
    for (let i = 0; i < TEXT_KINDS.length; i++) {
      appendValues(texts, modinfo, TEXT_KINDS[i]!);
      rows.push(texts.length);
    }
    if (this.#symbols.versions !== undefined) versions.set(count, this.#symbols.versions);
    return count;
  }
}

/** Damaged data is EINVAL to kmod; a limit or a missing decoder is worth its own words. */
function reason(error: unknown): string {
  if (error instanceof ModuleFormatError) return say(error.errno);
  if (error instanceof NotDecoded) return error.message;
  if (error instanceof CompressionError) return say('EINVAL');
  return say(((error as NodeJS.ErrnoException).code ?? 'EIO') as ErrnoName);
}

function say(errno: ErrnoName): string {
  return strerror(errnoNumber(errno));
}
