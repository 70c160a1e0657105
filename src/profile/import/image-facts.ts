import { EM } from '../../abi/elf.ts';
import { hasElfMagic } from '../../elf/elf-form.ts';
import { encodeConfig } from '../container/config-table.ts';
import { ProfileError } from '../profile-error.ts';
import { readIdentity } from './banner.ts';
import { bootedText } from './booted-text.ts';
import { readBuiltinModules } from './builtin-modules.ts';
import { findCallSites } from './call-sites.ts';
import { readCertificates } from './certificates.ts';
import { elfImage } from './elf-image.ts';
import { readImageExports } from './exports.ts';
import type { KernelFacts } from './facts.ts';
import { inferConfig } from './infer-config.ts';
import { readKallsyms } from './kallsyms.ts';
import { type LoadedImage, rawImage } from './raw-image.ts';
import { readTypes } from './types.ts';

/** `uname -m` by `e_machine`. */
const MACHINES: Readonly<Record<number, string>> = {
  [EM.I386]: 'i686',
  [EM.ARM]: 'armv7l',
  [EM.X86_64]: 'x86_64',
  [EM.AARCH64]: 'aarch64',
};

/**
 * What an uncompressed kernel image (vmlinux or raw Image) says of itself. `config`: the text of its .config; undefined:
 * nobody knows it. Raises ProfileError.
 */
export function imageFacts(vmlinux: Uint8Array, config: string | undefined): KernelFacts {
  const { image, symbols } = loadImage(vmlinux);
  const identity = readIdentity(image);
  if (!identity) throw new ProfileError('no "Linux version" banner in the kernel image');
  const addresses = new Map(symbols.map(({ name, address }) => [name, address]));
  return {
    ...identity,
    machine: MACHINES[image.elfMachine] ?? 'unknown',
    pointerSize: image.pointerSize,
    exports: readImageExports(image),
    symbols,
    types: readTypes(image),
    certificates: readCertificates(image, (name) => addresses.get(name)),
    builtinModules: readBuiltinModules(image),
    text: () => bootedText(image),
    callSites: findCallSites(image, symbols),
    config: encodeConfig(config ?? inferConfig(image, identity.vermagic, new Set(addresses.keys()))),
    configInferred: config === undefined,
  };
}

function loadImage(bytes: Uint8Array): LoadedImage {
  if (!hasElfMagic(bytes)) return rawImage(bytes);
  const image = elfImage(bytes);
  return { image, symbols: readKallsyms(image) };
}
