import { errnoNumber } from '../../abi/errno.ts';
import { MAX_ERRNO } from '../../abi/negative-errno.ts';
import { hostPath } from '../../host/host-text.ts';
import { readFile } from '../../host/read-file.ts';
import type { AppletContext } from '../applet.ts';
import type { LoadWatch } from '../machine/load-watch.ts';
import { moduleCalls } from '../machine/module-calls.ts';
import { toByteString } from '../output/byte-string.ts';
import { busyboxModuleError } from '../output/error-words.ts';
import { explainRejected } from './explain-rejected.ts';
import { FatalRead, unzipModule } from './unzip-module.ts';

/** busybox: `insmod_main`. Its exit status is the errno. */
export async function runBusyboxInsmod(context: AppletContext, watch?: LoadWatch): Promise<number> {
  const [file, ...parameters] = context.argv;
  if (file === undefined || file === '--help') {
    context.stderr.write((await import('../command-line/busybox-usage.ts')).BUSYBOX_USAGE.insmod);
    return file === undefined ? 1 : 0;
  }
  try {
    const result = await insertFile(context, file, parseCmdlineModuleOptions(parameters), watch);
    if (result === 0) return 0;
    context.stderr.write(`insmod: can't insert '${file}': ${busyboxModuleError(result)}\n`);
    if (!watch) await explainRejected(context, file, result);
    return result & 0xff;
  } catch (error) {
    if (!(error instanceof FatalRead)) throw error;
    context.stderr.write(`insmod: ${error.message}\n`);
    return 1;
  }
}

/** Each word as it stands and a blank behind it: busybox, `parse_cmdline_module_options` without `quote_spaces`. */
function parseCmdlineModuleOptions(words: readonly string[]): string {
  return words.map((word) => `${toByteString(word)} `).join('');
}

/**
 * busybox: `bb_init_module`. An errno of the kernel, or a negative one of reading the file. busybox tries
 * finit_module(2) on any file and init_module(2) after a failure; here the call that decides is the only one.
 */
async function insertFile(
  context: AppletContext,
  file: string,
  args: string,
  watch: LoadWatch | undefined,
): Promise<number> {
  const bytes = readFile(hostPath(context.cwd, file));
  if ('errno' in bytes) {
    if (bytes.errno === errnoNumber('EISDIR')) throw new FatalRead('short read');
    return -bytes.errno;
  }
  const image = await tryToMmapModule(context, file, bytes);
  if (image === undefined) return -errnoNumber('ENOMEM');
  const calls = moduleCalls(context, watch);
  const errno = await (image === bytes ? calls.finitModule(image, args, 0) : calls.initModule(image, args));
  return errno > MAX_ERRNO ? 0 : errno;
}

/** The file as it is when it begins like an ELF file, else unzipped. busybox: `try_to_mmap_module`. */
async function tryToMmapModule(
  context: AppletContext,
  file: string,
  bytes: Uint8Array,
): Promise<Uint8Array | undefined> {
  const isElf = bytes[0] === 0x7f && bytes[1] === 0x45 && bytes[2] === 0x4c && bytes[3] === 0x46;
  return isElf ? bytes : unzipModule(context, file, bytes);
}
