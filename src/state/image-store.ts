import { closeSync, openSync, readdirSync, readSync, rmSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { writeParts } from './atomic-file.ts';
import { StateError } from './state-error.ts';

/** A stretch of bytes in an image file: the file's number, offset and length. */
export type BlobRef = readonly [file: number, offset: number, length: number];

/** Image files of a state root: written once, never changed, removed when no state refers to them. */
export class ImageStore {
  readonly #directory: string;
  readonly #number: number;
  readonly #parts: Uint8Array[] = [];
  #length = 0;

  /** `number` is that of the file which {@link add} fills: the generation that is being made. */
  constructor(directory: string, number: number) {
    this.#directory = directory;
    this.#number = number;
  }

  /** Keeps bytes for the new image file, which must not change before {@link write}. */
  add(bytes: Uint8Array): BlobRef {
    const ref: BlobRef = [this.#number, this.#length, bytes.length];
    this.#parts.push(bytes);
    this.#length += bytes.length;
    return ref;
  }

  /** Writes the new image file, if anything was added. What must be synced for it to last. */
  write(): string[] {
    if (this.#parts.length === 0) return [];
    const path = this.#path(this.#number);
    writeParts(path, this.#parts);
    return [path, this.#directory];
  }

  /** Removes the new image file: the state that would refer to it could not be kept. */
  discard(): void {
    rmSync(this.#path(this.#number), { force: true });
  }

  /** The bytes of a stretch, in a buffer of `size` bytes whose rest is zero. */
  read([file, offset, length]: BlobRef, size = length): Uint8Array {
    const bytes = new Uint8Array(size);
    const fd = openSync(this.#path(file), 'r');
    try {
      for (let done = 0; done < length; ) {
        const got = readSync(fd, bytes, done, length - done, offset + done);
        if (got === 0) throw new StateError(`${this.#path(file)} is damaged`);
        done += got;
      }
    } finally {
      closeSync(fd);
    }
    return bytes;
  }

  /** Removes all files but these. */
  prune(used: ReadonlySet<number>): void {
    for (const name of readdirSync(this.#directory)) {
      if (!used.has(Number(name.replace(/\.img$/, '')))) unlinkSync(join(this.#directory, name));
    }
  }

  #path(file: number): string {
    return join(this.#directory, `${file}.img`);
  }
}
