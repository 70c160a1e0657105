import { execFileSync } from 'node:child_process';
import { readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { type ArchiveEntry, newcArchive } from './newc.ts';

const DIRECTORY = 0o040755;
const EXECUTABLE = 0o100755;
const FILE = 0o100644;
const LINK = 0o120777;

const KMOD_TOOLS = ['insmod', 'rmmod', 'lsmod', 'modprobe', 'modinfo', 'depmod'];
const USERS = 'root:x:0:0:root:/:/bin/sh\nuser:x:1000:1000:user:/:/bin/sh\n';

/** What a guest is to do: `user` commands run as uid 1000. */
export interface GuestCommand {
  readonly line: string;
  readonly user: boolean;
}

/** The initramfs of a guest that has busybox, kmod, these files in /w, and runs these commands. */
export function guestImage(files: ReadonlyMap<string, Uint8Array>, commands: readonly GuestCommand[]): Buffer {
  const entries = new Map<string, ArchiveEntry>();
  const add = (path: string, mode: number, content?: Uint8Array) => {
    const parts = path.split('/');
    for (let depth = 1; depth < parts.length; depth++) {
      const parent = parts.slice(0, depth).join('/');
      if (!entries.has(parent)) entries.set(parent, { path: parent, mode: DIRECTORY });
    }
    entries.set(path, content === undefined ? { path, mode } : { path, mode, content });
  };
  add('init', EXECUTABLE, readFileSync(join('test', 'recorder', 'init.sh')));
  add('bin/busybox', EXECUTABLE, readFileSync('/bin/busybox'));
  add('bin/kmod', EXECUTABLE, readFileSync(realpathSync('/sbin/modprobe')));
  for (const tool of KMOD_TOOLS) add(`sbin/${tool}`, LINK, Buffer.from('/bin/kmod'));
  for (const library of librariesOf('/sbin/modprobe')) add(library.slice(1), EXECUTABLE, readFileSync(library));
  add('etc/passwd', FILE, Buffer.from(USERS));
  for (const [name, bytes] of files) add(`w/${name}`, FILE, bytes);
  for (const [index, { line, user }] of commands.entries()) {
    const number = String(index).padStart(4, '0');
    add(`commands/${number}${user ? '.user' : ''}`, FILE, Buffer.from(line));
  }
  return newcArchive([...entries.values()]);
}

/** The shared libraries that a program is linked with, and the dynamic loader. */
function librariesOf(program: string): string[] {
  const listing = execFileSync('ldd', [realpathSync(program)], { encoding: 'utf8' });
  return [...listing.matchAll(/(\/\S+\.so\S*)/g)].map(([path]) => path);
}
