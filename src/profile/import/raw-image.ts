import { EM } from '../../abi/elf.ts';
import { ByteView } from '../../elf/byte-view.ts';
import { ELF32_LE, ELF64_LE, type ElfForm } from '../../elf/elf-form.ts';
import type { Address } from '../../memory/address.ts';
import { ProfileError } from '../profile-error.ts';
import { readImageExports } from './exports.ts';
import { findExportTables, MAX_ENTRIES, SURE_ENTRIES } from './find-exports.ts';
import { type KallsymsSymbol, readKallsyms } from './kallsyms.ts';
import { type ImageRegion, KernelImage } from './kernel-image.ts';

/** A kernel image with the symbols of its kallsyms. */
export interface LoadedImage {
  readonly image: KernelImage;
  readonly symbols: readonly KallsymsSymbol[];
}

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

/** Where an arm64 kernel is linked to whose image does not say it. Source: arch/arm64/include/asm/memory.h. */
const ARM64_KIMAGE = -0x7fff_f800_0000;

/**
 * The kernel in a raw Image, placed by its kallsyms and divided by what its tables look like. Raises ProfileError when it
 * shows no exports.
 */
export function rawImage(bytes: Uint8Array): LoadedImage {
  const { elfMachine, form } = isArm64(bytes) ? ARM64 : ARM;
  const imageAt = (address: Address, tables: readonly ImageRegion[] = []) =>
    new KernelImage(elfMachine, form, [...tables, { name: '', address, bytes }]);
  const budget = { left: MAX_ENTRIES };
  const symbols = readKallsyms(imageAt(0), ARM64_KIMAGE);
  let [base, tables]: readonly [Address, readonly ImageRegion[]] = [0, []];
  for (const candidate of linkAddresses(elfMachine, symbols)) {
    const loose = imageAt(candidate);
    const found = findExportTables(loose, loose.regions[0]!, budget);
    if (sizeOf(found) > sizeOf(tables)) [base, tables] = [candidate, found];
    if (sizeOf(found) > SURE_SIZE) break;
  }
  if (tables.length === 0) throw new ProfileError('neither an ELF file nor a raw kernel image with exported symbols');
  const moved = displacement(imageAt(base, tables), symbols);
  const placed = tables.map((table) => ({ ...table, address: table.address + moved }));
  return { image: imageAt(base + moved, placed), symbols };
}

/** Bytes of tables that are the kernel's for sure. */
const SURE_SIZE = SURE_ENTRIES * 16;

function sizeOf(tables: readonly ImageRegion[]): number {
  return tables.reduce((sum, { bytes }) => sum + bytes.length, 0);
}

/** `_text` of arm stands 32 KiB behind a megabyte, `_stext` at a later one. Source: arch/arm/Makefile, `textofs-y`. */
const ARM_TEXT_OFFSET = 0x8000;
const MEGABYTE = 0x10_0000;
const ARM_CANDIDATES = 4;

/** Where the image may be linked to. That matters only where its tables hold addresses and not distances: on arm. */
function* linkAddresses(elfMachine: number, symbols: readonly KallsymsSymbol[]): Iterable<Address> {
  const start = symbols.find(({ name }) => name === '_stext')?.address;
  if (elfMachine !== EM.ARM || start === undefined) return yield 0;
  yield start;
  const highest = Math.floor((start - ARM_TEXT_OFFSET) / MEGABYTE) * MEGABYTE + ARM_TEXT_OFFSET;
  for (let i = 0; i < ARM_CANDIDATES; i++) yield highest - i * MEGABYTE;
}

/** By how much most exports stand lower in the image than kallsyms says. */
function displacement(image: KernelImage, symbols: readonly KallsymsSymbol[]): number {
  const addresses = new Map(symbols.map(({ name, address }) => [name, address]));
  const votes = new Map<number, number>();
  for (const { name, address } of readImageExports(image)) {
    const distance = (addresses.get(name) ?? Number.NaN) - address;
    if (!Number.isNaN(distance)) votes.set(distance, (votes.get(distance) ?? 0) + 1);
  }
  return [...votes].reduce((best, vote) => (vote[1] > best[1] ? vote : best), [0, 0])[0];
}

function isArm64(bytes: Uint8Array): boolean {
  return new ByteView(bytes, ELF64_LE).u32(ARM64_MAGIC_AT) === ARM64_MAGIC;
}
