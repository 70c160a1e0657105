import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Where downloaded packages stay. */
const CACHE = join('node_modules', '.cache', 'kobox', 'recorder');

/** Programs that a recording needs, and the package of each. */
const TOOLS = { 'qemu-system-x86_64': 'qemu-system-x86', busybox: 'busybox-static', modprobe: 'kmod' } as const;

/** Installs what is missing with apt-get. */
export function installTools(): void {
  const missing = Object.entries(TOOLS).filter(([tool]) => !isThere(tool));
  if (missing.length === 0) return;
  execFileSync('apt-get', ['install', '-y', '--no-install-recommends', ...missing.map(([, name]) => name)], {
    stdio: 'inherit',
  });
}

function isThere(tool: string): boolean {
  return ['/usr/bin', '/bin', '/usr/sbin', '/sbin'].some((folder) => existsSync(join(folder, tool)));
}

/** The boot image of a release, downloaded with apt-get when it is not there yet. */
export function debianKernel(release: string): string {
  const unpacked = join(CACHE, release);
  const image = join(unpacked, 'boot', `vmlinuz-${release}`);
  if (existsSync(image)) return image;
  mkdirSync(unpacked, { recursive: true });
  const name = `linux-image-${release}`;
  execFileSync('apt-get', ['download', name], { cwd: CACHE, stdio: 'inherit' });
  const file = readdirSync(CACHE).find((each) => each.startsWith(`${name}_`));
  execFileSync('dpkg-deb', ['-x', join(CACHE, file!), unpacked]);
  return image;
}
