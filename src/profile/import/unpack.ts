import { hasElfMagic } from '../../elf/elf-form.ts';
import { ProfileError } from '../profile-error.ts';
import { kernelPayloads } from './payload.ts';

/** Decompresses bytes by their magic; gives back bytes that are not compressed. Raises an Error with one clear line. */
export type Decompress = (bytes: Uint8Array) => Promise<Uint8Array>;

/** An EFI zboot image holds a compressed Image; nothing nests deeper than a compressed file of one. */
const MAX_NESTING = 3;

/**
 * The uncompressed kernel in what distributions put into /boot: bzImage, zImage, EFI zboot image, `Image.gz`, vmlinux.
 * Raises ProfileError, and what `decompress` raises.
 */
export async function unpackKernel(file: Uint8Array, decompress: Decompress): Promise<Uint8Array> {
  let bytes = file;
  for (let depth = 0; depth < MAX_NESTING && !hasElfMagic(bytes); depth++) {
    const payloads = kernelPayloads(bytes);
    const inner = await (payloads ? firstThatDecodes(payloads, decompress) : decompress(bytes));
    if (inner === bytes) break;
    bytes = inner;
  }
  return bytes;
}

async function firstThatDecodes(payloads: Iterable<Uint8Array>, decompress: Decompress): Promise<Uint8Array> {
  let reason = 'its payload lies outside the file';
  for (const payload of payloads) {
    try {
      const bytes = await decompress(payload);
      if (bytes !== payload) return bytes;
      reason = 'its payload is compressed in an unknown format';
    } catch (error) {
      reason = (error as Error).message;
    }
  }
  throw new ProfileError(`kernel image: ${reason}`);
}
