import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { CompressionError } from '../../compression/compression-error.ts';
import { decompress } from '../../compression/decompress.ts';
import { importKernel, type KernelSources } from '../../profile/import/import-kernel.ts';
import { ProfileError } from '../../profile/profile-error.ts';
import { storeProfile } from '../../state/root-profiles.ts';
import type { AppletContext } from '../applet.ts';
import { type CommandLine, optionText, type ParsedWords } from '../command-line/getopt.ts';
import { InputError } from '../command-line/input-error.ts';
import { readWords } from '../command-line/read-words.ts';
import { requireFile } from '../command-line/require-file.ts';

const LINE: CommandLine = {
  name: 'kobox kernel import',
  usage: '[IMAGE] [options]',
  summary:
    'Take a kernel in: IMAGE is what a distribution puts into /boot (vmlinuz, Image.gz, zImage) or a vmlinux. Without IMAGE, --symvers, --config and --release are needed.',
  rows: [
    { long: 'config', argument: 'file', help: 'its .config; else what the image has in it, or shows of its options' },
    { long: 'symvers', argument: 'file', help: 'a Module.symvers that completes and replaces its exports' },
    { long: 'system-map', argument: 'file', help: 'a System.map that replaces its symbols' },
    { long: 'release', argument: 'release', help: 'uname -r, instead of what the image says' },
    { long: 'compact', help: 'leave out types and symbols that a module loader rarely needs' },
    { long: 'text', help: "keep the kernel's own code, for running its functions" },
    { short: 'o', long: 'output', argument: 'file', help: 'write the profile there, not below the root' },
  ],
  examples: [
    'kobox kernel import /boot/vmlinuz-6.1.0-56-amd64 --config /boot/config-6.1.0-56-amd64',
    'kobox kernel import --symvers Module.symvers --config .config --release 6.6.30-board',
  ],
};

/** Most bytes that a compressed kernel may unpack to; distributions' are 20 to 70 MB. */
const UNPACKED_LIMIT = 256 << 20;

/** What a file beside the image must have in it at least; a System.map may be empty, as in a debug package. */
const TEXTS = {
  config: { line: /^CONFIG_\w+=/m, refusal: 'not a kernel configuration: it sets no option' },
  symvers: { line: /^0x[0-9a-fA-F]{1,8}\t\S+\t/m, refusal: 'not a Module.symvers: it has no row' },
  'system-map': { line: /^/, refusal: '' },
} as const;

const NO_CONFIG =
  'kernel import: the image has no .config in it: what it shows of its options was taken, --config FILE gives them all\n';

/** `kernel import`: makes a profile and puts it into boot/. */
export async function importImage(context: AppletContext, argv: readonly string[]): Promise<number> {
  const words = await readWords(context, LINE, argv, [0, 1]);
  if (!words) return 0;
  const { release, bytes, configInferred } = await makeProfile(
    readSources(context, words),
    words.operands[0] ?? 'import',
  );
  const output = optionText(words, 'output');
  if (output === undefined) storeProfile(context.options.root, release, bytes);
  else writeFileSync(resolve(context.cwd, output), bytes);
  context.stdout.write(`${release}\n`);
  if (configInferred) context.stderr.write(NO_CONFIG);
  return 0;
}

async function makeProfile(sources: KernelSources, name: string) {
  try {
    return await importKernel(sources, (bytes) => decompress(bytes, UNPACKED_LIMIT));
  } catch (error) {
    if (error instanceof ProfileError || error instanceof CompressionError) {
      throw new InputError(`${name}: ${error.message}`);
    }
    throw error;
  }
}

function readSources(context: AppletContext, words: ParsedWords): KernelSources {
  const [image] = words.operands;
  const text = (option: keyof typeof TEXTS) => {
    const path = optionText(words, option);
    if (path === undefined) return undefined;
    const content = Buffer.from(requireFile(context, path)).toString('latin1');
    if (!TEXTS[option].line.test(content)) throw new InputError(`${path}: ${TEXTS[option].refusal}`);
    return content;
  };
  return {
    image: image === undefined ? undefined : requireFile(context, image),
    config: text('config'),
    symvers: text('symvers'),
    systemMap: text('system-map'),
    release: optionText(words, 'release'),
    compact: words.options['compact'] === true,
    text: words.options['text'] === true,
  };
}
