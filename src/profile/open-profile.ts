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

/** A source that opens the file for each read, so that no descriptor stays open. */
function fileSource(path: string): ByteSource {
  return { size: withFile(path, (fd) => fstatSync(fd).size), read: (offset, length) => readAt(path, offset, length) };
}

function readAt(path: string, offset: number, length: number): Uint8Array {
  return withFile(path, (fd) => {
    const bytes = new Uint8Array(length);
    let done = 0;
    while (done < length) {
      const got = readSync(fd, bytes, done, length - done, offset + done);
      if (got === 0) throw new ProfileError(`${path}: kernel profile is truncated`);
      done += got;
    }
    return bytes;
  });
}

function withFile<T>(path: string, use: (fd: number) => T): T {
  let fd: number;
  try {
    fd = openSync(path, 'r');
  } catch (error) {
    throw new ProfileError(`can't open kernel profile '${path}': ${(error as NodeJS.ErrnoException).code}`);
  }
  try {
    return use(fd);
  } finally {
    closeSync(fd);
  }
}
