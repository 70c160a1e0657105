import { getModinfo } from '../../kernel/modinfo.ts';
import { sameMagic } from '../../kernel/version.ts';
import type { CauseRule, Diagnosis } from '../diagnosis.ts';
import { listWords } from '../words.ts';

/** The version magic differs: which release, or which of its tokens. */
export const vermagic: CauseRule = (diagnosis) => {
  const { stage, info, kernel } = diagnosis;
  if (stage !== 'check_modinfo' || !info) return [];
  const magic = getModinfo(info, 'vermagic');
  if (magic === undefined) return [missing(kernel.profile.release)];
  if (sameMagic(magic, kernel.profile.vermagic, info.index.vers !== 0)) return [];
  return [{ id: 'vermagic', reason: difference(magic, kernel.profile.vermagic), next: advice(diagnosis, magic) }];
};

function missing(release: string) {
  return {
    id: 'vermagic',
    reason: 'The module carries no version magic at all, and this kernel does not take such modules by force.',
    next: `Build it with kbuild against the headers of ${release} (make -C /lib/modules/${release}/build M=$PWD modules).`,
  };
}

function difference(moduleMagic: string, kernelMagic: string): string {
  const [moduleRelease = '', ...moduleFlags] = moduleMagic.trim().split(/\s+/);
  const [kernelRelease = '', ...kernelFlags] = kernelMagic.trim().split(/\s+/);
  const parts: string[] = [];
  if (moduleRelease !== kernelRelease)
    parts.push(`it was built for kernel ${moduleRelease}, this one is ${kernelRelease}`);
  const lacking = kernelFlags.filter((flag) => !moduleFlags.includes(flag));
  const surplus = moduleFlags.filter((flag) => !kernelFlags.includes(flag));
  if (lacking.length > 0) parts.push(`this kernel has ${quoted(lacking)}, the module has not`);
  if (surplus.length > 0) parts.push(`the module has ${quoted(surplus)}, this kernel has not`);
  return `The module's version magic does not match: ${parts.join('; ') || 'the same words stand in another order'}.`;
}

function quoted(words: readonly string[]): string {
  return listWords(words.map((word) => `'${word}'`));
}

function advice({ world, info, kernel }: Diagnosis, magic: string): string {
  const hasVersions = info!.index.vers !== 0;
  const fitting = world.kernels
    .filter((other) => sameMagic(magic, other.vermagic, hasVersions))
    .map(({ release }) => release);
  const rebuild = `Rebuild it against the headers and configuration of ${kernel.profile.release}`;
  return fitting.length > 0
    ? `It matches ${listWords(fitting)}: use it there. Or: ${rebuild[0]!.toLowerCase()}${rebuild.slice(1)}.`
    : `${rebuild}.`;
}
