import { errnoNumber, strerror } from '../../abi/errno.ts';
import { statOf } from '../../kmod/files.ts';
import type { KmodContext, KmodModule } from '../../kmod/kmod-module.ts';
import { lookupAlias } from '../../kmod/lookup.ts';
import { ModinfoError, openModuleElf } from '../../kmod/modinfo/modinfo.ts';
import { exportedVersions, wantedVersions } from '../../kmod/modinfo/module-versions.ts';
import type { Run } from '../../kmod/probe/requests.ts';
import type { BufferedOutput } from '../output/buffered-output.ts';
import type { ModuleImages } from './module-image.ts';

const LISTINGS = {
  modversions: { read: wantedVersions, words: 'modversions' },
  exports: { read: exportedVersions, words: 'symbols' },
} as const;

/** What the listing needs beyond the modules. */
interface Surroundings {
  readonly images: ModuleImages;
  say(text: string): void;
}

/** The modules that an operand names: the file of this path, else what the name stands for. */
function modulesOf(context: KmodContext, word: string): readonly KmodModule[] {
  const isPath = /^\.?\//.test(word) || statOf(word) !== undefined;
  if (!isPath) return lookupAlias(context, word) ?? [];
  const module = context.fromPath(word);
  return module === undefined ? [] : [module];
}

/** `modprobe --show-modversions`, `--show-exports`: `0xCRC<TAB>SYMBOL` lines. 0 or a negated errno. */
export function* showVersions(
  context: KmodContext,
  word: string,
  listing: keyof typeof LISTINGS,
  stdout: BufferedOutput,
  { images, say }: Surroundings,
): Run {
  const modules = modulesOf(context, word);
  if (modules.length === 0) {
    say(`Module ${word} not found.`);
    return -errnoNumber('ENOENT');
  }
  let status = 0;
  for (const module of modules) {
    const path = context.path(module);
    if (path !== undefined) yield { kind: 'prepare', path };
    try {
      const bytes = path === undefined ? undefined : images.read(path);
      if (bytes === undefined) throw new ModinfoError('ENOENT');
      for (const { crc, name } of LISTINGS[listing].read(openModuleElf(bytes))) stdout.print(`0x${crc}\t${name}\n`);
    } catch (error) {
      if (!(error instanceof ModinfoError)) throw error;
      status = -errnoNumber(error.errno);
      say(`could not get ${LISTINGS[listing].words} of ${word}: ${strerror(-status)}`);
    }
  }
  return status;
}
