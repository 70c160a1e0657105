import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ByteSource } from './container/byte-source.ts';
import { DEFAULT_RELEASE } from './default-release.ts';
import type { KernelProfile } from './kernel-profile.ts';
import { ProfileError } from './profile-error.ts';
import { readProfile } from './read-profile.ts';

/** Opens `<release>.kernel`. Reads only its table; sections follow when they are used. Raises ProfileError. */
export function openProfile(path: string): KernelProfile {
  return readProfile(fileSource(path));
}

/** Opens the profile that comes with the package. Raises ProfileError. */
export function openDefaultProfile(): KernelProfile {
  return openProfile(defaultProfilePath());
}

/** Where the profile that comes with the package stands: from the sources as from the bundle in dist/. */
export function defaultProfilePath(): string {
  const places = ['default', '../src/profile/default'].map((folder) => join(HERE, folder, `${DEFAULT_RELEASE}.kernel`));
  return places.find((path) => existsSync(path)) ?? places[0]!;
}

const HERE = typeof __dirname === 'string' ? __dirname : dirname(fileURLToPath(import.meta.url));

/** A source over a file that is read when it is asked: the one that stands there now. */
function fileSource(path: string): ByteSource {
  closeLast();
  return { size: fstatSync(descriptorOf(path)).size, read: (offset, length) => readAt(path, offset, length) };
}

function readAt(path: string, offset: number, length: number): Uint8Array {
  const fd = descriptorOf(path);
  const bytes = new Uint8Array(Buffer.allocUnsafeSlow(length).buffer);
  let done = 0;
  while (done < length) {
    const got = readSync(fd, bytes, done, length - done, offset + done);
    if (got === 0) throw new ProfileError(`${path}: kernel profile is truncated`);
    done += got;
  }
  return bytes;
}

/** The profile that was read last stays open, so that reading here and there costs one call each; no other stays so. */
let last: { readonly path: string; readonly fd: number } | undefined;

function descriptorOf(path: string): number {
  if (last?.path !== path) {
    closeLast();
    last = { path, fd: openForReading(path) };
  }
  return last.fd;
}

function closeLast(): void {
  if (last) closeSync(last.fd);
  last = undefined;
}

function openForReading(path: string): number {
  try {
    return openSync(path, 'r');
  } catch (error) {
    throw new ProfileError(`can't open kernel profile '${path}': ${(error as NodeJS.ErrnoException).code}`);
  }
}
