import { getModinfo } from '../../kernel/modinfo.ts';
import { sameMagic } from '../../kernel/symbols/version.ts';
import type { CauseRule } from '../diagnosis.ts';
import { rebuildAdvice } from '../rebuild-advice.ts';
import { listWords } from '../words.ts';

/** The version magic differs: which release, or which of its tokens. */
export const vermagic: CauseRule = (diagnosis) => {
  const { stage, info, kernel } = diagnosis;
  if (stage !== 'check_modinfo' || !info) return [];
  const magic = getModinfo(info, 'vermagic');
  if (magic === undefined) return [missing(kernel.profile.release)];
  if (sameMagic(magic, kernel.profile.vermagic, info.index.vers !== 0)) return [];
  return [{ id: 'vermagic', reason: difference(magic, kernel.profile.vermagic), next: rebuildAdvice(diagnosis) }];
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

/** Words of vermagic and the options that set them: include/linux/vermagic.h. */
const OPTIONS: Readonly<Record<string, string>> = {
  SMP: 'CONFIG_SMP',
  preempt: 'CONFIG_PREEMPT',
  preempt_rt: 'CONFIG_PREEMPT_RT',
  mod_unload: 'CONFIG_MODULE_UNLOAD',
  modversions: 'CONFIG_MODVERSIONS',
};

function quoted(words: readonly string[]): string {
  return listWords(words.map((word) => (Object.hasOwn(OPTIONS, word) ? `'${word}' (${OPTIONS[word]})` : `'${word}'`)));
}
