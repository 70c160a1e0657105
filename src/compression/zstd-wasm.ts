import { ZSTDDecoder } from 'zstddec';
import { CompressionError } from './compression-error.ts';

/** What zstddec's WebAssembly module exports, as far as it is used here. */
interface ZstdExports {
  readonly memory: { readonly buffer: ArrayBuffer };
  malloc(size: number): number;
  free(place: number): void;
  ZSTD_decompress(to: number, capacity: number, from: number, length: number): number;
}

/** WebAssembly.instantiate of bytes, which the type library in use does not know. */
type Instantiate = (bytes: Uint8Array, imports: object) => Promise<{ instance: { exports: ZstdExports } }>;
const globals = globalThis as unknown as { WebAssembly: { instantiate: Instantiate }; fetch: unknown };

let loaded: Promise<ZstdWasm> | undefined;

/** ZSTD_decompress gives errors as small negative numbers. */
const LARGEST_ERROR = 200;

/** zstd in WebAssembly, with memory that is used again for each file: what it gives holds until the next one. */
export class ZstdWasm {
  readonly #zstd: ZstdExports;
  #room = 0;
  #roomSize = 0;

  private constructor(zstd: ZstdExports) {
    this.#zstd = zstd;
  }

  static load(): Promise<ZstdWasm> {
    loaded ??= instantiateZstd().then((zstd) => new ZstdWasm(zstd));
    return loaded;
  }

  /** The frames' content, which has at most `size` bytes. Fails with CompressionError. */
  decode(bytes: Uint8Array, size: number): Uint8Array {
    this.#reserve(size + bytes.length);
    const { memory } = this.#zstd;
    const from = this.#room + size;
    new Uint8Array(memory.buffer).set(bytes, from);
    const length = this.#zstd.ZSTD_decompress(this.#room, size, from, bytes.length);
    if (length >>> 0 > -LARGEST_ERROR >>> 0) throw new CompressionError('zstd: damaged data');
    return new Uint8Array(memory.buffer, this.#room, length);
  }

  #reserve(size: number): void {
    if (size <= this.#roomSize) return;
    if (this.#roomSize > 0) this.#zstd.free(this.#room);
    this.#roomSize = 0;
    this.#room = this.#zstd.malloc(size);
    if (this.#room === 0) throw new CompressionError('zstd: not enough memory');
    this.#roomSize = size;
  }
}

/**
 * zstddec's own interface copies each result into new memory, which piles up until the next garbage collection, and it
 * keeps its WebAssembly instance to itself: that is met where it is made. Without `fetch` it decodes its binary at once
 * (and Node need not load its HTTP client).
 */
async function instantiateZstd(): Promise<ZstdExports> {
  const { fetch } = globals;
  const { instantiate } = globals.WebAssembly;
  let started: ReturnType<Instantiate> | undefined;
  let initialized: Promise<unknown>;
  try {
    globals.fetch = undefined;
    globals.WebAssembly.instantiate = (bytes, imports) => {
      started = instantiate(bytes, imports);
      return started;
    };
    initialized = new ZSTDDecoder().init();
  } finally {
    globals.fetch = fetch;
    globals.WebAssembly.instantiate = instantiate;
  }
  await initialized;
  return (await started!).instance.exports;
}
