import type { Gunzip } from 'node:zlib';
import { OutputRoom } from './output-room.ts';

/** What every Node's zlib streams are made of, and no type says. */
interface ZlibInternals {
  /** Null once it was closed: after an error. */
  readonly _handle: { writeSync?: (flush: number, ...fromAndTo: (Buffer | number)[]) => void } | null;
  /** What the last write left: room, then input. */
  readonly _writeState: Uint32Array | undefined;
  /** Documented, but not in the types of a Gunzip. */
  reset(): void;
}

type Stream = Gunzip & ZlibInternals;

/**
 * gzip with one zlib stream and one piece of memory for many files: node:zlib's own functions give each file new memory,
 * which piles up until the next garbage collection. What it gives holds until the next file.
 */
export class ReusedGunzip {
  readonly #create: () => Gunzip;
  readonly #finish: number;
  readonly #room = new OutputRoom();
  #stream: Stream | undefined;

  /** `finish`: zlib's Z_FINISH. */
  constructor(create: () => Gunzip, finish: number) {
    this.#create = create;
    this.#finish = finish;
  }

  /** The content, if all is as it should be and it has exactly `size` bytes; undefined: node:zlib is to say. */
  decode(bytes: Buffer, size: number): Uint8Array | undefined {
    const stream = this.#open();
    const { _handle: handle, _writeState: left } = stream;
    if (typeof handle?.writeSync !== 'function' || left === undefined) return undefined;
    const out = this.#room.take(size + 1);
    handle.writeSync(this.#finish, bytes, 0, bytes.length, out, 0, size + 1);
    if (this.#isClosed(stream)) {
      this.#stream = undefined;
      return undefined;
    }
    const isWhole = left[0] === 1 && left[1] === 0;
    stream.reset();
    return isWhole ? out.subarray(0, size) : undefined;
  }

  #isClosed({ _handle }: Stream): boolean {
    return _handle === null;
  }

  #open(): Stream {
    if (this.#stream === undefined) {
      this.#stream = this.#create() as Stream;
      /* Damage is told by node:zlib's own function. */
      this.#stream.on('error', () => {});
    }
    return this.#stream;
  }
}
