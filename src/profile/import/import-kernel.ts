import { EM } from '../../abi/elf.ts';
import { hasElfMagic } from '../../elf/elf-form.ts';
import { Btf } from '../btf/btf.ts';
import { encodeNameIndex } from '../btf/name-index.ts';
import { pruneBtf } from '../btf/prune.ts';
import { encodeConfig } from '../container/config-table.ts';
import { encodeContainer } from '../container/container.ts';
import { encodeExports } from '../container/export-table.ts';
import { encodeMeta } from '../container/meta.ts';
import { encodeSymbols } from '../container/symbol-table.ts';
import type { KernelExport } from '../kernel-profile.ts';
import { ProfileError } from '../profile-error.ts';
import { readIdentity } from './banner.ts';
import { readCertificates } from './certificates.ts';
import { elfImage } from './elf-image.ts';
import { readImageExports } from './exports.ts';
import { type KallsymsSymbol, readKallsyms } from './kallsyms.ts';
import { type LoadedImage, rawImage } from './raw-image.ts';
import { readTypes, type Types } from './types.ts';

/** What may complete or replace what the image says. */
export interface ImportOptions {
  /** Text of a `.config`. */
  readonly config?: string | undefined;
  /** Keep of the type information only structs and the prototypes of exported functions: a third of its size. */
  readonly compact?: boolean | undefined;
}

/** `uname -m` by `e_machine`. */
const MACHINES: Readonly<Record<number, string>> = {
  [EM.I386]: 'i686',
  [EM.ARM]: 'armv7l',
  [EM.X86_64]: 'x86_64',
  [EM.AARCH64]: 'aarch64',
};

/** The bytes of the profile file of an uncompressed kernel image. Raises ProfileError. */
export function importKernel(vmlinux: Uint8Array, options: ImportOptions): Uint8Array {
  const { image, symbols } = loadImage(vmlinux);
  const identity = readIdentity(image);
  if (!identity) throw new ProfileError('no "Linux version" banner in the kernel image');
  const exports = readImageExports(image);
  const addresses = new Map(symbols.map(({ name, address }) => [name, address]));
  const types = readTypes(image);
  const kept = types && options.compact ? compactTypes(types, exports) : types;
  const meta = encodeMeta({
    ...identity,
    machine: MACHINES[image.elfMachine] ?? 'unknown',
    pointerSize: image.pointerSize,
    btfTypeCount: types?.btf.typeCount ?? 0,
    btfStringsSize: types?.btf.stringsEnd ?? 0,
  });
  return encodeContainer([
    ['meta', meta],
    ['config', encodeConfig(options.config ?? '')],
    ['exports', encodeExports(exports)],
    ['symbols', encodeSymbols(keptSymbols(symbols, exports, options.compact))],
    ['btf', kept?.blob ?? NOTHING],
    ['btfindex', kept ? encodeNameIndex(kept.btf) : NOTHING],
    ['certs', readCertificates(image, (name) => addresses.get(name))],
  ]);
}

function loadImage(bytes: Uint8Array): LoadedImage {
  if (!hasElfMagic(bytes)) return rawImage(bytes);
  const image = elfImage(bytes);
  return { image, symbols: readKallsyms(image) };
}

/** Compact: functions and global data; never what the table of exports says already. */
function keptSymbols(symbols: readonly KallsymsSymbol[], exports: readonly KernelExport[], compact?: boolean) {
  const exported = new Set(exports.map(({ name }) => name));
  return symbols.filter(({ name, type }) => !exported.has(name) && !(compact && COMPACT_OMITS.test(type + name)));
}

/** Static data, and the helpers that the build makes by the thousand. */
const COMPACT_OMITS = /^([dbr]|.(__pfx_|__initcall_|__UNIQUE_ID|.*\.cold|__ksymtab|__kstrtab|__crc_))/;

const NOTHING = new Uint8Array(0);

function compactTypes({ btf }: Types, exports: readonly KernelExport[]): Types {
  const names = new Set(exports.map(({ name }) => name));
  const blob = pruneBtf(btf, (name) => names.has(name));
  return { blob, btf: new Btf(blob) };
}
