import { EM } from '../../abi/elf.ts';
import { ByteView } from '../../elf/byte-view.ts';
import { ELF32_LE, ELF64_LE, type ElfForm } from '../../elf/elf-form.ts';
import type { Address } from '../../memory/address.ts';
import { ProfileError } from '../profile-error.ts';
import { type KallsymsSymbol, readKallsyms } from './kallsyms.ts';
import { type ImageRegion, KernelImage } from './kernel-image.ts';

/** Which kernels come as bare memory, without ELF. */
interface RawKind {
  readonly elfMachine: number;
  readonly form: ElfForm;
}

const ARM64: RawKind = { elfMachine: EM.AARCH64, form: ELF64_LE };
const ARM: RawKind = { elfMachine: EM.ARM, form: ELF32_LE };

/** `ARM\x64` in the header of an arm64 Image. Source: Documentation/arm64/booting.rst. */
const ARM64_MAGIC = 0x644d5241;
const ARM64_MAGIC_AT = 56;

/** A kernel image with the symbols of its kallsyms. */
export interface LoadedImage {
  readonly image: KernelImage;
  readonly symbols: readonly KallsymsSymbol[];
}

/**
 * Sections of a raw image between the symbols that the linker script sets around them.
 * Source: include/asm-generic/vmlinux.lds.h.
 */
const BOUNDED = [
  ['__ksymtab', '__start___ksymtab', '__stop___ksymtab'],
  ['__ksymtab_gpl', '__start___ksymtab_gpl', '__stop___ksymtab_gpl'],
  ['__kcrctab', '__start___kcrctab', '__stop___kcrctab'],
  ['__kcrctab_gpl', '__start___kcrctab_gpl', '__stop___kcrctab_gpl'],
  ['.BTF', '__start_BTF', '__stop_BTF'],
] as const;

/** Where an arm64 kernel is linked to whose image does not say it. Source: arch/arm64/include/asm/memory.h. */
const ARM64_KIMAGE = -0x7fff_f800_0000;

/** The kernel in a raw Image, placed and divided by its kallsyms. Raises ProfileError when it has none. */
export function rawImage(bytes: Uint8Array): LoadedImage {
  const { elfMachine, form } = isArm64(bytes) ? ARM64 : ARM;
  const loose = new KernelImage(elfMachine, form, [{ name: '', address: 0, bytes }]);
  const symbols = readKallsyms(loose, ARM64_KIMAGE);
  const addresses = new Map(symbols.map(({ name, address }) => [name, address]));
  const base = addresses.get('_text');
  if (base === undefined) throw new ProfileError('neither an ELF file nor a raw kernel image with kallsyms');
  const regions = [...bounded(bytes, base, addresses), { name: '', address: base, bytes }];
  return { image: new KernelImage(elfMachine, form, regions), symbols };
}

function* bounded(bytes: Uint8Array, base: Address, addresses: ReadonlyMap<string, Address>): Iterable<ImageRegion> {
  for (const [name, startSymbol, stopSymbol] of BOUNDED) {
    const start = addresses.get(startSymbol);
    const stop = addresses.get(stopSymbol);
    if (start === undefined || stop === undefined || stop < start || start < base) continue;
    yield { name, address: start, bytes: bytes.subarray(start - base, stop - base) };
  }
}

function isArm64(bytes: Uint8Array): boolean {
  return new ByteView(bytes, ELF64_LE).u32(ARM64_MAGIC_AT) === ARM64_MAGIC;
}
