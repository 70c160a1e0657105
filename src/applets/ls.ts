import { lstatSync, readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { Kernel } from '../kernel/kernel.ts';
import { type ListedFile, listedFiles } from '../kernel-api/vfs/listing.ts';
import { resolveLinks } from '../kernel-api/vfs/tree.ts';
import { lookAtMachine } from '../state/machine.ts';
import type { AppletContext } from './applet.ts';
import { plainApplet } from './command-line/plain-applet.ts';
import { guestPath } from './machine/guest-files.ts';
import { writeByteString } from './output/byte-string.ts';

const USAGE = `Usage: kobox ls [-la1] [FILE...]

List what the emulated /dev, /proc and /sys hold.

	-l	With type, permissions and size
	-a, -1	Accepted: all names are shown, one a line

Examples:
  kobox ls /dev
  kobox ls -l /sys/module/hello
`;
const TYPE_LETTERS: Readonly<Record<ListedFile['kind'], string>> = {
  file: '-',
  directory: 'd',
  link: 'l',
  c: 'c',
  b: 'b',
};

/** The names that a directory has: those of modules, and those that the state root shows. */
function entries(context: AppletContext, files: readonly ListedFile[], directory: string): ListedFile[] | undefined {
  const prefix = directory === '' ? '' : `${directory}/`;
  const found = new Map<string, ListedFile>();
  for (const file of drawnFiles(context, directory)) found.set(file.path.slice(prefix.length), file);
  for (const file of files) {
    if (!file.path.startsWith(prefix)) continue;
    const [name = '', ...deeper] = file.path.slice(prefix.length).split('/');
    if (deeper.length === 0) found.set(name, file);
    else if (!found.has(name)) found.set(name, { path: prefix + name, kind: 'directory', mode: 0o755 });
  }
  const known = found.size > 0 || files.some((file) => file.path === directory && file.kind === 'directory');
  if (!known && !['', 'dev', 'proc', 'sys'].includes(directory)) return undefined;
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, file]) => file);
}

function drawnFiles(context: AppletContext, directory: string): ListedFile[] {
  if (!/^(dev|proc|sys)(\/|$)/.test(directory)) return [];
  try {
    const place = join(context.options.root, directory);
    return readdirSync(place, 'latin1').map((name) => drawnFile(place, directory, name));
  } catch {
    return [];
  }
}

function drawnFile(place: string, directory: string, name: string): ListedFile {
  const host = Buffer.concat([Buffer.from(`${place}/`), Buffer.from(name, 'latin1')]);
  const found = lstatSync(host);
  const path = directory === '' ? name : `${directory}/${name}`;
  const mode = found.mode & 0o777;
  if (found.isSymbolicLink()) return { path, kind: 'link', mode, target: readlinkSync(host, 'latin1') };
  return found.isDirectory() ? { path, kind: 'directory', mode } : { path, kind: 'file', mode };
}

/** `crw-r--r--    1 0        0         222,   0 name`: busybox's columns without the date. */
function longLine(file: ListedFile, name: string): string {
  const letters = [6, 3, 0].map((shift) => {
    const bits = (file.mode >> shift) & 7;
    return `${bits & 4 ? 'r' : '-'}${bits & 2 ? 'w' : '-'}${bits & 1 ? 'x' : '-'}`;
  });
  const size = file.device
    ? `${String(file.device[0]).padStart(4)}, ${String(file.device[1]).padStart(3)}`
    : String(file.size ?? 0).padStart(9);
  const target = file.target === undefined ? '' : ` -> ${file.target}`;
  return `${TYPE_LETTERS[file.kind]}${letters.join('')}    1 0        0        ${size} ${name}${target}`;
}

function run(context: AppletContext): number {
  const words = context.argv.filter((word) => !/^-[la1]+$/.test(word));
  const long = context.argv.some((word) => /^-[a1]*l/.test(word));
  const look = (kernel: Kernel) => ({ kernel, files: listedFiles(kernel) });
  const { kernel, files } = lookAtMachine(context.options, look);
  let status = 0;
  for (const word of words.length > 0 ? [...words].sort() : ['/']) {
    const named = guestPath(context, word);
    const path = long ? named : resolveLinks(kernel, named);
    const single = files.find((file) => file.path === path && file.kind !== 'directory');
    const listed = single ? [single] : entries(context, files, path);
    if (!listed) {
      context.stderr.write(`ls: ${word}: No such file or directory\n`);
      status = 1;
      continue;
    }
    for (const file of listed) {
      const name = single ? word : file.path.slice(file.path.lastIndexOf('/') + 1);
      writeByteString(context.stdout, `${long ? longLine(file, name) : name}\n`);
    }
  }
  return status;
}

/** ls: what modules made in the emulated /dev, /proc and /sys. */
export const ls = plainApplet('ls', USAGE, run);
