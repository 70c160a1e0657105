import { cString } from '../../elf/c-string.ts';
import type { ElfForm } from '../../elf/elf-form.ts';
import type { Address } from '../../memory/address.ts';
import { viewOf } from '../container/bytes.ts';

/** A run of the kernel's memory with contents: a section of vmlinux, or a whole raw image. */
export interface ImageRegion {
  /** Section name; `` when the image has no sections. */
  readonly name: string;
  readonly address: Address;
  readonly bytes: Uint8Array;
}

/** Longest string that is read (kernel: `KSYM_NAME_LEN` is 512). */
const STRING_LIMIT = 1024;

/** Where an address of the kernel stands within a region. */
export interface ImagePlace {
  readonly region: ImageRegion;
  readonly offset: number;
}

/** An uncompressed kernel as it lies in memory. */
export class KernelImage {
  /** `e_machine`. */
  readonly elfMachine: number;
  readonly form: ElfForm;
  readonly regions: readonly ImageRegion[];

  constructor(elfMachine: number, form: ElfForm, regions: readonly ImageRegion[]) {
    this.elfMachine = elfMachine;
    this.form = form;
    this.regions = regions;
  }

  /** Bytes of a pointer. */
  get pointerSize(): number {
    return this.form.bits / 8;
  }

  /** The section of this name, if the image has sections. */
  section(name: string): ImageRegion | undefined {
    return this.regions.find((region) => region.name === name);
  }

  /** Where `address` stands, or undefined. */
  place(address: Address): ImagePlace | undefined {
    const region = this.regions.find((each) => address >= each.address && address < each.address + each.bytes.length);
    return region && { region, offset: address - region.address };
  }

  /** The NUL-terminated byte string at `address`, or undefined when nothing stands there. */
  string(address: Address): string | undefined {
    const place = this.place(address);
    return place && cString(place.region.bytes.subarray(place.offset, place.offset + STRING_LIMIT), 0);
  }

  /** Reads integers of a region in the image's byte order. Reads outside it give 0. */
  reader(region: ImageRegion): RegionReader {
    return new RegionReader(region, this.form);
  }
}

/** Integers of one region, by offset within it. */
export class RegionReader {
  readonly #view: DataView;
  readonly #form: ElfForm;

  constructor(region: ImageRegion, form: ElfForm) {
    this.#view = viewOf(region.bytes);
    this.#form = form;
  }

  u32(at: number): number {
    return this.#holds(at, 4) ? this.#view.getUint32(at, this.#form.littleEndian) : 0;
  }

  s32(at: number): number {
    return this.u32(at) | 0;
  }

  /** A pointer of the image's width. */
  pointer(at: number): Address {
    if (this.#form.bits === 32) return this.u32(at);
    return this.#holds(at, 8) ? Number(this.#view.getBigInt64(at, this.#form.littleEndian)) : 0;
  }

  #holds(at: number, size: number): boolean {
    return at >= 0 && at + size <= this.#view.byteLength;
  }
}
