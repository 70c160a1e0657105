import type { Address } from '../../memory/address.ts';
import { findKallsymsNames, type KallsymsNames } from './kallsyms-names.ts';
import type { KernelImage, RegionReader } from './kernel-image.ts';

/** A symbol of kallsyms. */
export interface KallsymsSymbol {
  /** As nm(1) prints it: capital when global. */
  readonly type: string;
  readonly name: string;
  readonly address: Address;
}

/**
 * All symbols of the image's kallsyms in address order; empty when it has none (`CONFIG_KALLSYMS=n`). `baseWhenZero`
 * stands in for a `kallsyms_relative_base` that is only filled in at boot (arm64: R_AARCH64_RELATIVE).
 */
export function readKallsyms(image: KernelImage, baseWhenZero: Address = 0): KallsymsSymbol[] {
  for (const region of image.regions) {
    const reader = image.reader(region);
    const names = findKallsymsNames(region.bytes, reader, image.pointerSize);
    const addressOf = names && findAddresses(reader, names, image.pointerSize, baseWhenZero);
    if (addressOf)
      return names.names.map((text, i) => ({ type: text[0]!, name: text.slice(1), address: addressOf(i) }));
  }
  return [];
}

type AddressOf = (index: number) => Address;

/** `kallsyms_offsets`, `kallsyms_relative_base` stand before the count until Linux 6.3, behind the tokens since. */
function findAddresses(
  reader: RegionReader,
  names: KallsymsNames,
  pointerSize: number,
  baseWhenZero: Address,
): AddressOf | undefined {
  const size = Math.ceil((names.count * 4) / pointerSize) * pointerSize;
  const places = [
    { offsets: names.countAt - pointerSize - size, baseAt: names.countAt - pointerSize },
    { offsets: names.end, baseAt: names.end + size },
  ];
  return places
    .map(({ offsets, baseAt }) => {
      const base = reader.pointer(baseAt) || baseWhenZero;
      return hasNegative(reader, offsets, names.count)
        ? percpuAbsolute(reader, offsets, base)
        : relativeToBase(reader, offsets, base);
    })
    .find((addressOf) => ascends(addressOf, names.count));
}

/** Only `CONFIG_KALLSYMS_ABSOLUTE_PERCPU` has negative offsets, and those are most. */
function hasNegative(reader: RegionReader, offsets: number, count: number): boolean {
  for (let index = 0; index < count; index++) if (reader.s32(offsets + index * 4) < 0) return true;
  return false;
}

/** Source: kernel/kallsyms.c, `kallsyms_sym_address`. */
function percpuAbsolute(reader: RegionReader, offsets: number, base: Address): AddressOf {
  return (index) => {
    const offset = reader.s32(offsets + index * 4);
    return offset >= 0 ? offset : base - 1 - offset;
  };
}

function relativeToBase(reader: RegionReader, offsets: number, base: Address): AddressOf {
  return (index) => base + reader.u32(offsets + index * 4);
}

/** Symbols are sorted by address, but for the per-CPU ones, which stand in front. */
function ascends(addressOf: AddressOf, count: number): boolean {
  let descents = 0;
  for (let index = 1; index < count; index++) if (addressOf(index) < addressOf(index - 1)) descents++;
  return descents <= 1 && addressOf(count - 1) !== addressOf(0);
}
