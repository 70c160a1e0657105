import { findOption } from '../container/config-table.ts';
import type { Identity } from './banner.ts';

/** What an option set to `y` adds to `vermagic[]`, in order. Source: include/linux/vermagic.h. */
const FLAGS: readonly (readonly [options: readonly string[], word: string])[] = [
  [['SMP'], 'SMP '],
  [['PREEMPT_BUILD', 'PREEMPT'], 'preempt '],
  [['PREEMPT_RT'], 'preempt_rt '],
  [['MODULE_UNLOAD'], 'mod_unload '],
  [['MODVERSIONS'], 'modversions '],
  [['ARM64'], 'aarch64'],
];

/** `uname -m` and pointer size by the architecture's option. */
const MACHINES: readonly (readonly [option: string, machine: string, pointerSize: number])[] = [
  ['X86_64', 'x86_64', 8],
  ['X86_32', 'i686', 4],
  ['ARM64', 'aarch64', 8],
  ['ARM', 'armv7l', 4],
];

/** What a kernel is called, from its release and section `config` alone. */
export function configIdentity(release: string, config: Uint8Array): Identity {
  const isSet = (option: string) => findOption(config, option) === 'y';
  const flags = FLAGS.filter(([options]) => options.some(isSet)).filter(
    ([, word]) => word !== 'preempt ' || !isSet('PREEMPT_RT'),
  );
  const [, major, minor, sublevel] = /^(\d+)\.(\d+)(?:\.(\d+))?/.exec(release) ?? [];
  return {
    release,
    version: '',
    versionNumbers: [Number(major ?? 0), Number(minor ?? 0), Number(sublevel ?? 0)],
    vermagic: `${release} ${flags.map(([, word]) => word).join('')}`,
  };
}

/** Machine and pointer size of section `config`; of x86-64 when it names no known architecture. */
export function configMachine(config: Uint8Array): { readonly machine: string; readonly pointerSize: number } {
  const [, machine, pointerSize] = MACHINES.find(([option]) => findOption(config, option) === 'y') ?? MACHINES[0]!;
  return { machine, pointerSize };
}
