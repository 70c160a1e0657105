import { existsSync } from 'node:fs';
import { S_IWUGO } from '../abi/file-mode.ts';
import { EACCES, EINVAL, EIO, ENOENT } from '../abi/negative-errno.ts';
import { findWritableFile } from '../kernel/files/builtin-sysfs.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { writeKmsg } from '../kernel/log/devkmsg.ts';
import { runQueries } from '../kernel/log/dynamic-debug.ts';
import { setParameter } from '../kernel/params/params.ts';
import type { Session } from '../kernel-api/core/session.ts';
import { writeFile } from '../kernel-api/vfs/file-io.ts';
import { O } from '../kernel-api/vfs/file-object.ts';
import { closeFile, openFile } from '../kernel-api/vfs/open-file.ts';
import { hostPath } from '../kmod/files.ts';
import type { AppletContext } from './applet.ts';
import { plainApplet } from './command-line/plain-applet.ts';
import { errorWords, findParameter, guestPath, inKernel } from './machine/guest-files.ts';
import { toByteString } from './output/byte-string.ts';

const USAGE = `Usage: kobox write FILE [TEXT...]

Write the words, or standard input, with one write(2) as far as the file takes them.

Examples:
  kobox write /dev/hello hello
  kobox write /sys/module/parameters/parameters/an_int 9
`;
/** On a real machine the shell itself opens the file and writes. */
const SHELL = 'sh';

/** What became of a write: 0, or the negative result of open(2) or write(2). */
interface Outcome {
  readonly opened: boolean;
  readonly error: number;
}

const REFUSED: Outcome = { opened: false, error: EACCES };

/** Writes until all is taken. */
function writeAll(session: Session, path: string, text: string, isRoot: boolean): Outcome {
  if (path === 'proc/dynamic_debug/control') {
    return { opened: true, error: runQueries(session.kernel, text) ? 0 : EINVAL };
  }
  if (path === 'dev/kmsg') return isRoot ? { opened: true, error: writeKmsg(session.kernel, text) } : REFUSED;
  const file = openFile(session, path, O.WRONLY | O.CREAT | O.TRUNC);
  if (typeof file === 'number') return writeSetting(session, path, text, isRoot) ?? { opened: false, error: file };
  let error = 0;
  for (let rest = text, first = true; first || rest !== ''; first = false) {
    const taken = writeFile(session, file, rest);
    if (taken <= 0) {
      error = Math.min(taken, 0);
      break;
    }
    rest = rest.slice(taken);
  }
  closeFile(session, file);
  return { opened: true, error };
}

/** A file that the kernel itself serves; undefined when the path is none. */
function writeSetting({ kernel }: Session, path: string, text: string, isRoot: boolean): Outcome | undefined {
  const setting = findWritableFile(kernel, path);
  if (!setting) return writeParameter(kernel, path, text, isRoot);
  if (!isRoot) return REFUSED;
  return { opened: true, error: text === '' ? 0 : setting.store(kernel, text) };
}

/** `param_attr_store`: a module parameter's file; undefined when the path is none. */
function writeParameter(kernel: Kernel, path: string, text: string, isRoot: boolean): Outcome | undefined {
  const found = findParameter(kernel, path);
  if (!found) return undefined;
  const { module, parameter } = found;
  if ((parameter.permissions & S_IWUGO) === 0 || !isRoot) return REFUSED;
  const value = text.split('\0', 1)[0]!;
  return {
    opened: true,
    error: text === '' ? 0 : Math.min(0, setParameter(kernel, module, parameter, { text: value })),
  };
}

/** A file that the state root shows and that takes nothing: files of /proc itself can be opened all the same. */
function refuseDrawn(context: AppletContext, path: string, outcome: Outcome): Outcome {
  const isThere =
    !outcome.opened && outcome.error === ENOENT && existsSync(hostPath(`${context.options.root}/${path}`));
  if (!isThere) return outcome;
  return context.options.uid === 0 && /^proc\/[^/]+$/.test(path)
    ? { opened: true, error: EIO }
    : { opened: false, error: EACCES };
}

async function run(context: AppletContext): Promise<number | undefined> {
  const [word, ...words] = context.argv;
  if (word === undefined) return undefined;
  const text = words.length > 0 ? toByteString(words.join(' ')) : Buffer.from(context.stdin()).toString('latin1');
  const path = guestPath(context, word);
  const isRoot = context.options.uid === 0;
  const outcome = await inKernel(context, (session) => writeAll(session, path, text, isRoot), SHELL);
  const { opened, error } = refuseDrawn(context, path, outcome);
  if (error === 0) return 0;
  const what = opened ? 'write error' : `can't create ${word}`;
  context.stderr.write(`${context.name}: ${what}: ${errorWords(error)}\n`);
  return 1;
}

/** write: what `echo TEXT > FILE` is on a real machine, without the newline. */
export const write = plainApplet('write', USAGE, run);
