import { statSync } from 'node:fs';
import { errnoNumber, strerror } from '../../abi/errno.ts';
import { MAX_ERRNO } from '../../abi/negative-errno.ts';
import { CompressionError, NotDecoded } from '../../compression/compression-error.ts';
import { decompress, detectCompression } from '../../compression/decompress.ts';
import { isErrnoException } from '../../host/errno-exception.ts';
import { hostPath } from '../../host/host-text.ts';
import { readFile } from '../../host/read-file.ts';
import { MODULE_INIT } from '../../kernel/load-info.ts';
import type { AppletContext } from '../applet.ts';
import { flag, getoptLong, type OptionTable } from '../command-line/getopt-long.ts';
import { InputError } from '../command-line/input-error.ts';
import { WATCH_HELP } from '../command-line/watch-help.ts';
import type { LoadWatch } from '../machine/load-watch.ts';
import { type ModuleCalls, moduleCalls } from '../machine/module-calls.ts';
import { toByteString } from '../output/byte-string.ts';
import { kmodInsmodError } from '../output/error-words.ts';
import { KMOD_VERSION } from '../output/kmod-version.ts';
import { explainRejected } from './explain-rejected.ts';

/** kmod 30's options. */
const OPTIONS: OptionTable = {
  short: 'psfVh',
  long: [flag('version', 'V'), flag('help', 'h')],
};

/** What `-f` leaves unchecked. */
const FORCE = MODULE_INIT.IGNORE_MODVERSIONS | MODULE_INIT.IGNORE_VERMAGIC;

const HELP = `Usage:
	insmod [options] filename [args]
Options:
	-f              do not compare symbol versions and version magic
	-p, -s          accepted, without effect
	-V, --version   show version
	-h, --help      show this help
${WATCH_HELP}
Examples:
  insmod hello.ko
  insmod -f hello.ko
`;

/** The longest of the magic numbers that libkmod looks for; a shorter file is refused unread. */
const MAGIC_LENGTH = 6;

/** What errno holds from before when a call fails in a way that libc does not see: looking for indexes that are not there. */
const STALE_ERRNO = errnoNumber('ENOENT');

/** kmod: tools/insmod.c, `do_insmod`. Exit status 0 or 1. */
export async function runKmodInsmod(context: AppletContext, watch?: LoadWatch): Promise<number> {
  const { options, operands } = getoptLong(context.argv, OPTIONS);
  for (const option of options) {
    if (option.id === 'h') return print(context, HELP);
    if (option.id === 'V') return print(context, KMOD_VERSION);
    if ('message' in option) return fail(context, `${context.calledAs}: ${option.message}\n`);
  }
  const say = (text: string) => fail(context, `insmod: ERROR: ${text}\n`);
  const [file, ...parameters] = operands;
  if (file === undefined) return say('missing filename.');
  if (file === '-') return say('this tool does not support loading from stdin!');
  const path = hostPath(context.cwd, file);
  const unnamed = newFromPath(path);
  if (unnamed !== 0) return say(`could not load module ${file}: ${strerror(unnamed)}`);
  const bytes = readFile(path);
  const flags = options.some(({ id }) => id === 'f') ? FORCE : 0;
  const args = parameters.map(toByteString).join(' ');
  const result = 'errno' in bytes ? bytes.errno : await insertModule(moduleCalls(context, watch), bytes, args, flags);
  const errno = result > MAX_ERRNO ? STALE_ERRNO : result;
  if (errno === 0) return 0;
  const status = say(`could not insert module ${file}: ${kmodInsmodError(errno)}`);
  if (!watch) await explainRejected(context, file, errno);
  return status;
}

function print(context: AppletContext, text: string): number {
  context.stdout.write(text);
  return 0;
}

function fail(context: AppletContext, text: string): number {
  context.stderr.write(text);
  return 1;
}

/** libkmod: `kmod_module_new_from_path`. 0, or the errno of stat(2); ENOENT for a directory that no name ends. */
function newFromPath(path: string | Buffer): number {
  try {
    statSync(path);
    return String(path).endsWith('/') ? errnoNumber('ENOENT') : 0;
  } catch (error) {
    if (isErrnoException(error)) return errnoNumber(error.code);
    throw error;
  }
}

/** ENOSYS is taken for a kernel without finit_module(2), also when the module's init gave it: then init_module(2) is called. */
async function insertFile(calls: ModuleCalls, bytes: Uint8Array, args: string, flags: number): Promise<number> {
  const errno = await calls.finitModule(bytes, args, flags);
  return errno === errnoNumber('ENOSYS') ? calls.initModule(bytes, args) : errno;
}

/**
 * libkmod: `kmod_module_insert_module`. What it decompresses itself goes to init_module(2), a plain file to
 * finit_module(2), whose flags do here what kmod does to the image when it forces one.
 */
async function insertModule(calls: ModuleCalls, bytes: Uint8Array, args: string, flags: number): Promise<number> {
  if (bytes.length < MAGIC_LENGTH) return errnoNumber('EINVAL');
  const compression = detectCompression(bytes);
  if (compression !== 'xz' && compression !== 'zstd') return insertFile(calls, bytes, args, flags);
  try {
    const image = await decompress(bytes);
    return await (flags === 0 ? calls.initModule(image, args) : calls.finitModule(image, args, flags));
  } catch (error) {
    if (error instanceof NotDecoded) throw new InputError(error.message);
    if (error instanceof CompressionError) return errnoNumber('EINVAL');
    throw error;
  }
}
