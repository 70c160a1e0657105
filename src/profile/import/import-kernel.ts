import { byteString } from '../../elf/c-string.ts';
import { encodeConfig } from '../container/config-table.ts';
import { ProfileError } from '../profile-error.ts';
import { configFacts, withRelease, withSymvers, withSystemMap } from './complete-facts.ts';
import { embeddedConfig } from './embedded-config.ts';
import { encodeProfile, type ProfileExtent } from './encode-profile.ts';
import type { KernelFacts } from './facts.ts';
import { imageFacts } from './image-facts.ts';
import { type Decompress, unpackKernel } from './unpack.ts';

/** Where a kernel is known from. Texts are byte strings. Without `image`, `release` and `symvers` must be there. */
export interface KernelSources extends ProfileExtent {
  /** What distributions put into /boot, or a vmlinux. */
  readonly image?: Uint8Array | undefined;
  /** A `.config`; else what the image has in it (`CONFIG_IKCONFIG`); else what it gives away. */
  readonly config?: string | undefined;
  /** A Module.symvers: completes and replaces the image's exports. */
  readonly symvers?: string | undefined;
  /** A System.map: replaces the image's kallsyms. */
  readonly systemMap?: string | undefined;
  /** Replaces the image's `uname -r`. */
  readonly release?: string | undefined;
}

/** A profile file and the release that it is of. */
export interface ImportedKernel {
  readonly release: string;
  readonly bytes: Uint8Array;
  /** Nobody gave the configuration: it holds only what the image gives away. */
  readonly configInferred: boolean;
}

/** Makes the profile of a kernel. Raises ProfileError, and what `decompress` raises. */
export async function importKernel(sources: KernelSources, decompress: Decompress): Promise<ImportedKernel> {
  const { symvers, systemMap, release } = sources;
  let facts = await readFacts(sources, decompress);
  if (systemMap !== undefined) facts = withSystemMap(facts, systemMap);
  if (symvers !== undefined) facts = withSymvers(facts, symvers);
  if (release !== undefined) facts = withRelease(facts, release);
  const { configInferred = false } = facts;
  return { release: facts.release, bytes: encodeProfile(facts, sources), configInferred };
}

async function readFacts({ image, config, symvers, release }: KernelSources, decompress: Decompress) {
  if (!image) return factsWithoutImage(config, symvers, release);
  const vmlinux = await unpackKernel(image, decompress);
  return imageFacts(vmlinux, config ?? (await readEmbeddedConfig(vmlinux, decompress)));
}

function factsWithoutImage(config?: string, symvers?: string, release?: string): KernelFacts {
  if (symvers === undefined || config === undefined || release === undefined) {
    throw new ProfileError('without a kernel image, --symvers, --config and --release are all needed');
  }
  return configFacts(release, encodeConfig(config));
}

async function readEmbeddedConfig(vmlinux: Uint8Array, decompress: Decompress): Promise<string | undefined> {
  const packed = embeddedConfig(vmlinux);
  if (!packed) return undefined;
  const text = await decompress(packed);
  return byteString(text, 0, text.length);
}
