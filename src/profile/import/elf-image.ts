import { SHF, SHT } from '../../abi/elf.ts';
import { ByteView } from '../../elf/byte-view.ts';
import { structsOf } from '../../elf/elf-form.ts';
import { ElfView } from '../../elf/elf-view.ts';
import type { Address } from '../../memory/address.ts';
import { ProfileError } from '../profile-error.ts';
import { elfSegments } from './elf-segments.ts';
import { findExportTables, MAX_ENTRIES } from './find-exports.ts';
import { type ImageRegion, KernelImage } from './kernel-image.ts';

/** A kernel has some 40 sections in memory. */
const MAX_REGIONS = 512;

/**
 * The kernel in a vmlinux: its allocated sections that have contents; without section headers its segments, and the
 * tables of exports that are found in them. Raises ProfileError when it has neither.
 */
export function elfImage(file: Uint8Array): KernelImage {
  const elf = ElfView.open(file);
  if (!elf) throw new ProfileError('vmlinux: not an ELF file');
  const sections = [...loadedSections(elf)];
  const regions = sections.length > 0 ? sections : elfSegments(elf);
  if (regions.length > MAX_REGIONS) throw new ProfileError('vmlinux: too many sections');
  if (regions.length === 0) throw new ProfileError('vmlinux: neither sections nor segments with contents');
  const image = new KernelImage(elf.header.machine, elf.form, regions);
  return sections.length > 0 ? image : withTables(image);
}

function withTables(image: KernelImage): KernelImage {
  const budget = { left: MAX_ENTRIES };
  const tables = image.regions
    .map((region) => findExportTables(image, region, budget))
    .find(({ length }) => length > 0);
  return new KernelImage(image.elfMachine, image.form, [...(tables ?? []), ...image.regions]);
}

function* loadedSections(elf: ElfView): Iterable<ImageRegion> {
  const { sections } = elf;
  for (let i = 1; i < sections.count; i++) {
    if (!(sections.flags[i]! & SHF.ALLOC) || sections.type[i] === SHT.NOBITS) continue;
    yield { name: elf.sectionName(i), address: sectionAddress(elf, i), bytes: elf.sectionBytes(i) };
  }
}

/** `sh_addr`, exact: the section table keeps doubles, which round kernel addresses. */
function sectionAddress(elf: ElfView, index: number): Address {
  const fields = structsOf(elf.form).section;
  const view = new ByteView(elf.bytes, elf.form);
  const at = elf.header.shoff + index * fields.size + fields.address;
  if (elf.form.bits === 32) return view.word(at);
  return (view.wordHigh(at) | 0) * 0x1_0000_0000 + view.wordLow(at);
}
