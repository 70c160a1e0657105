import { CompressionError, NotDecoded } from '../../compression/compression-error.ts';
import { cString } from '../../elf/c-string.ts';
import { absolutePath, readByteString, readBytes } from '../../kmod/files.ts';
import { fnmatch } from '../../kmod/fnmatch.ts';
import { isInsideRoot } from '../../kmod/inside-root.ts';
import { moduleNameOfPath } from '../../kmod/underscores.ts';
import type { AppletContext } from '../applet.ts';
import { BUSYBOX_USAGE } from '../command-line/busybox-usage.ts';
import { getoptLong } from '../command-line/getopt-long.ts';
import { InputError } from '../command-line/input-error.ts';
import { moduleDirectory } from '../machine/module-directory.ts';
import { runningRelease } from '../machine/running-release.ts';
import { BufferedOutput } from '../output/buffered-output.ts';
import { toByteString } from '../output/byte-string.ts';
import type { ModinfoStyle } from './style.ts';

/** The fields in the order in which they are shown; the first four have a letter of their own. */
const FIELDS = [
  ['filename', 'n'],
  ['author', 'a'],
  ['description', 'd'],
  ['license', 'l'],
  ['parm', 'p'],
  ['version', ''],
  ['alias', ''],
  ['srcversion', ''],
  ['depends', ''],
  ['uts_release', ''],
  ['intree', ''],
  ['vermagic', ''],
  ['firmware', ''],
] as const;

/** modinfo as busybox 1.35 has it: it needs modules.dep, and searches the file's raw bytes for `field=`. */
export const busyboxModinfo: ModinfoStyle = async (applet) => {
  const { options, operands } = getoptLong(applet.argv.map(toByteString), { short: '0F:nadlp', long: [] });
  const wrong = options.find((option) => 'message' in option);
  if (applet.argv.includes('--help') || wrong !== undefined || operands.length === 0) {
    if (wrong !== undefined && !applet.argv.includes('--help'))
      applet.stderr.write(`${applet.name}: ${wrong.message}\n`);
    applet.stderr.write(BUSYBOX_USAGE.modinfo);
    return applet.argv.includes('--help') ? 0 : 1;
  }
  const chosen = FIELDS.filter(([, letter]) => options.some(({ id }) => id === letter)).map(([name]) => name as string);
  const field = options.findLast((option) => option.id === 'F' && 'value' in option) as { value: string } | undefined;
  const all = chosen.length === 0 && field === undefined;
  const stdout = new BufferedOutput(applet.stdout);
  const run = new BusyboxModinfo(applet, stdout, {
    fields: all ? FIELDS.map(([name]) => name) : [...(field ? [field.value] : []), ...chosen],
    end: options.some(({ id }) => id === '0') ? '\0' : '\n',
  });
  try {
    return await run.show(operands);
  } finally {
    stdout.flush();
  }
};

interface Show {
  readonly fields: readonly string[];
  readonly end: '\n' | '\0';
}

class BusyboxModinfo {
  readonly #applet: AppletContext;
  readonly #stdout: BufferedOutput;
  readonly #show: Show;
  readonly #directory: string;

  constructor(applet: AppletContext, stdout: BufferedOutput, show: Show) {
    const root = toByteString(applet.options.root);
    this.#applet = applet;
    this.#stdout = stdout;
    this.#show = show;
    this.#directory = moduleDirectory(root, runningRelease(root), '/');
  }

  async show(words: readonly string[]): Promise<number> {
    const path = `${this.#directory}/modules.dep`;
    const listing = readByteString(path);
    if (listing === undefined) return this.#fail(`can't open '${path}': No such file or directory`);
    const left = new Set(words.keys());
    for (const line of listing.split('\n')) {
      const file = /^([^\s:#][^\s]*):(?:\s|$)/.exec(line)?.[1];
      if (file === undefined) continue;
      for (const [i, word] of words.entries()) {
        if (!fnmatch(word, moduleNameOfPath(file))) continue;
        left.delete(i);
        if (!this.#mayTake(file)) return 1;
        if (!(await this.#showFile(file))) return 1;
      }
    }
    for (const i of left) if (!(await this.#showFile(words[i]!))) return 1;
    return 0;
  }

  /** Of a file that modules.dep names: whether it may be looked at; false after a message. */
  #mayTake(file: string): boolean {
    const inside = isInsideRoot(absolutePath(file, this.#directory), this.#directory);
    if (!inside) this.#say(`'${file}': the path leads out of the root`);
    return inside;
  }

  #fail(text: string): number {
    this.#say(text);
    return 1;
  }

  #say(text: string): void {
    this.#stdout.flush();
    this.#applet.stderr.writeBytes(Buffer.from(`${this.#applet.name}: ${text}\n`, 'latin1'));
  }

  /** Shows one file, or says that there is none; false: everything ends. */
  async #showFile(file: string): Promise<boolean> {
    const cwd = toByteString(this.#applet.cwd);
    const below = `${this.#directory}/${file}`;
    const direct = readBytes(absolutePath(file, cwd));
    const bytes = direct ?? (file.startsWith('/') ? undefined : readBytes(below));
    if (bytes === undefined) {
      if (!file.startsWith('/')) this.#say(`module '${below}' not found`);
      return true;
    }
    if (bytes.length < 4) {
      this.#say('short read');
      return false;
    }
    this.#showFields(direct === undefined ? below : file, await plain(bytes));
    return true;
  }

  #showFields(path: string, bytes: Uint8Array): void {
    const { fields, end } = this.#show;
    for (const field of fields) {
      for (const value of field === 'filename' ? [path] : rawValues(bytes, field)) {
        this.#stdout.print(`${fields.length > 1 ? `${field}:`.padEnd(16) : ''}${value}${end}`);
      }
    }
  }
}

/** Every `field=value` in the bytes with a NUL or 0x80 before it. */
function rawValues(bytes: Uint8Array, field: string): string[] {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const pattern = Buffer.from(`${field}=`, 'latin1');
  const values: string[] = [];
  for (let at = buffer.indexOf(pattern); at >= 0; ) {
    const isField = at > 0 && (buffer[at - 1]! & 0x7f) === 0;
    const value = isField ? cString(bytes, at + pattern.length) : undefined;
    if (value !== undefined) values.push(value);
    at = buffer.indexOf(pattern, value === undefined ? at + 1 : at + pattern.length + value.length);
  }
  return values;
}

/** busybox's zipped reader: it does not know zstd. */
async function plain(bytes: Uint8Array): Promise<Uint8Array> {
  const { decompress, detectCompression } = await import('../../compression/decompress.ts');
  if (detectCompression(bytes) === 'zstd') return bytes;
  try {
    return await decompress(bytes);
  } catch (error) {
    if (error instanceof NotDecoded) throw new InputError(error.message);
    if (error instanceof CompressionError) return bytes;
    throw error;
  }
}
