import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { S_IRUGO } from '../abi/file-mode.ts';
import { EACCES, EISDIR, ENOENT, EPERM } from '../abi/negative-errno.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { debugControl } from '../kernel/log/debug-sites.ts';
import { kmsgText } from '../kernel/log/devkmsg.ts';
import { maySyslog } from '../kernel/log/syslog.ts';
import { getParameter } from '../kernel/params/params.ts';
import type { Session } from '../kernel-api/core/session.ts';
import { readFile } from '../kernel-api/vfs/file-io.ts';
import { O } from '../kernel-api/vfs/file-object.ts';
import { closeFile, openFile } from '../kernel-api/vfs/open-file.ts';
import type { AppletContext } from './applet.ts';
import { plainApplet } from './command-line/plain-applet.ts';
import { errorWords, findParameter, guestPath, inKernel } from './machine/guest-files.ts';
import { writeByteString } from './output/byte-string.ts';

const USAGE = `Usage: kobox cat FILE...

Show files of the emulated /dev, /proc and /sys.

Examples:
  kobox cat /dev/hello
  kobox cat /proc/modules /sys/module/hello/taint
`;

/** Bytes of one read(2): busybox's copy buffer. */
const BUFFER_SIZE = 65536;
/** A file that never ends is read so often, and so far. */
const MAX_READS = 4096;
const MAX_BYTES = 16 << 20;

const OTHERS_READ = 0o004;

/** What a read gave. */
interface Reading {
  readonly opened: boolean;
  readonly text: string;
  readonly error: number;
}

/** `param_attr_show`; undefined when the path is no parameter's. */
function readParameter(kernel: Kernel, path: string): Reading | undefined {
  const found = findParameter(kernel, path);
  if (!found) return undefined;
  if ((found.parameter.permissions & S_IRUGO) === 0) return { opened: false, text: '', error: EACCES };
  const shown = getParameter(kernel, found.module, found.parameter);
  if (shown === undefined) return undefined;
  const isText = typeof shown === 'string';
  return { opened: true, text: isText ? shown : '', error: isText ? 0 : shown };
}

/** Reads to the end: what came, and the negative result that ended it. */
function readAll(session: Session, path: string, uid: number): Reading {
  if (path === 'proc/dynamic_debug/control') return { opened: true, text: debugControl(session.kernel), error: 0 };
  if (path === 'dev/kmsg') {
    return maySyslog(session.kernel, uid, 'read')
      ? { opened: true, text: kmsgText(session.kernel), error: 0 }
      : { opened: false, text: '', error: EPERM };
  }
  const file = openFile(session, path, O.RDONLY);
  if (typeof file === 'number') return readParameter(session.kernel, path) ?? { opened: false, text: '', error: file };
  let text = '';
  let error = 0;
  for (let count = 0; count < MAX_READS && text.length < MAX_BYTES; count++) {
    const part = readFile(session, file, BUFFER_SIZE);
    if (typeof part === 'number') error = part;
    if (typeof part === 'number' || part === '') break;
    text += part;
  }
  closeFile(session, file);
  return { opened: true, text, error };
}

/** The addresses in lines of these files are root's to see: `kallsyms_show_value`, kernel/kallsyms.c. */
const ADDRESSES: Readonly<Record<string, RegExp>> = {
  'proc/modules': /(?<= 0x)[0-9a-f]{16}/g,
  'proc/kallsyms': /^[0-9a-f]{16}/gm,
};

/**
 * A file that the state root shows, as the user sees it: proc/modules, sys/module; a negative error number when it
 * cannot be read, some not even by root. Undefined: absent.
 */
function readDrawn({ options }: AppletContext, path: string): string | number | undefined {
  const place = join(options.root, path);
  const found = statSync(place, { throwIfNoEntry: false });
  if (!found) return undefined;
  if (found.isDirectory()) return EISDIR;
  if (!(found.mode & (options.uid === 0 ? S_IRUGO : OTHERS_READ))) return EACCES;
  const text = readFileSync(place, 'latin1');
  const addresses = options.uid === 0 ? undefined : ADDRESSES[path];
  return addresses ? text.replace(addresses, '0'.repeat(16)) : text;
}

async function catFile(context: AppletContext, word: string): Promise<number> {
  const path = guestPath(context, word);
  const { opened, text, error } = await inKernel(context, (session) => readAll(session, path, context.options.uid));
  const drawn = (!opened && error === ENOENT ? readDrawn(context, path) : undefined) ?? error;
  const isText = typeof drawn === 'string';
  writeByteString(context.stdout, isText ? drawn : text);
  if (drawn === 0 || isText) return 0;
  const what = opened || drawn === EISDIR ? 'read error' : `can't open '${word}'`;
  context.stderr.write(`cat: ${what}: ${errorWords(drawn)}\n`);
  return 1;
}

async function run(context: AppletContext): Promise<number> {
  let status = 0;
  for (const word of context.argv) status = (await catFile(context, word)) || status;
  return status;
}

/** cat: coreutils/cat.c of busybox, on the emulated /dev, /proc and /sys. */
export const cat = plainApplet('cat', USAGE, run);
