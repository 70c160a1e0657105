import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Where downloaded packages are unpacked; kept between runs. */
const CACHE = resolve('node_modules/.cache/kobox/debian');

/** A Debian kernel, unpacked. */
export interface DebianKernel {
  readonly release: string;
  readonly moduleTree: string;
  readonly vmlinuz: string;
  readonly config: string;
  /** Module.symvers of the headers; undefined when they could not be had. */
  readonly symvers: string | undefined;
}

/**
 * A kernel of Debian by its release, else the newest of the same series that the mirror still has.
 * Requires apt-get and dpkg-deb. Raises an Error when no kernel of the series can be had.
 */
export function debianKernel(release: string): DebianKernel {
  const { release: found, directory: image } = unpackKernel(release);
  const headers = isAvailable(`linux-headers-${found}`) ? unpack(`linux-headers-${found}`) : undefined;
  const symvers = headers && join(headers, 'usr/src', `linux-headers-${found}`, 'Module.symvers');
  return {
    release: found,
    moduleTree: join(image, 'lib/modules', found),
    vmlinuz: imageIn(image, found),
    config: join(image, 'boot', `config-${found}`),
    symvers: symvers && existsSync(symvers) ? symvers : undefined,
  };
}

/** The boot image of such a kernel alone. */
export function debianImage(release: string): string {
  const { release: found, directory } = unpackKernel(release);
  return imageIn(directory, found);
}

function imageIn(directory: string, release: string): string {
  return join(directory, 'boot', `vmlinuz-${release}`);
}

function unpackKernel(release: string) {
  const found = isAvailable(`linux-image-${release}`) ? release : newestOf(release);
  return { release: found, directory: unpack(`linux-image-${found}`) };
}

/** A package, unpacked: the directory. */
export function unpack(name: string): string {
  const directory = join(CACHE, name);
  const done = join(directory, '.unpacked');
  if (existsSync(done)) return directory;
  mkdirSync(directory, { recursive: true });
  execFileSync('apt-get', ['download', '-q', name], { cwd: directory, stdio: ['ignore', 'ignore', 'inherit'] });
  const file = readdirSync(directory).find((entry) => entry.endsWith('.deb'));
  if (!file) throw new Error(`${name}: nothing was downloaded`);
  execFileSync('dpkg-deb', ['-x', join(directory, file), directory]);
  writeFileSync(done, '');
  return directory;
}

function isAvailable(name: string): boolean {
  try {
    return /Candidate: \S*\d/.test(apt(['policy', name]));
  } catch {
    return false;
  }
}

/** `6.1.0-56-amd64` → the newest `6.1.0-N-amd64` that there is. */
function newestOf(release: string): string {
  const [, series, flavour] = /^(\d+\.\d+\.\d+)-\d+-(.*)$/.exec(release) ?? [];
  const names = apt(['search', '--names-only', `^linux-image-${series}-[0-9]+-${flavour}$`]).split('\n');
  const numbers = names.map((line) => Number(/^linux-image-[\d.]+-(\d+)-/.exec(line)?.[1] ?? 0)).filter(Boolean);
  if (numbers.length === 0) throw new Error(`no kernel ${series} can be had from the mirror`);
  return `${series}-${Math.max(...numbers)}-${flavour}`;
}

let updated = false;

function apt(words: readonly string[]): string {
  if (!updated && readdirSync('/var/lib/apt/lists').length < 3)
    execFileSync('apt-get', ['update', '-q'], { stdio: 'ignore' });
  updated = true;
  return execFileSync('apt-cache', words, { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } });
}
