import { SHT } from '../../abi/elf.ts';
import { highWord } from '../../arch/relocation.ts';
import { cString } from '../../elf/c-string.ts';
import { structsOf } from '../../elf/elf-form.ts';
import { ElfView } from '../../elf/elf-view.ts';
import type { Kernel } from '../kernel.ts';
import { AREA, findSec, type LoadInfo } from '../load-info.ts';
import type { ModuleLayout } from '../module.ts';
import { layoutOffset, structOffset } from '../module-struct.ts';

/**
 * The kernel keeps the section headers and `struct module` in its copy of the image and writes to them there while it
 * loads. That matters only when a damaged file lets other sections lie over them: such an image is copied, and what the
 * loader has set is written into it after each stage, for later stages to find there.
 */

/** Copies an image whose headers or `struct module` other sections share. Requires valid headers. Sets `shared`. */
export function detachSharedImage(kernel: Kernel, info: LoadInfo): void {
  const struct = findSec(info, '.gnu.linkonce.this_module');
  info.shared = overlapsHeaders(info) || (struct !== 0 && overlapsStruct(kernel, info, struct));
  if (!info.shared) return;
  info.image = info.image.slice();
  info.view = new ElfView(info.image, info.view.form);
}

function overlapsHeaders({ view }: LoadInfo): boolean {
  const { shoff, shnum } = view.header;
  return anyOverlaps(view, 0, shoff, shoff + shnum * structsOf(view.form).section.size);
}

function overlapsStruct(kernel: Kernel, { view }: LoadInfo, struct: number): boolean {
  const start = view.sections.offset[struct]!;
  return anyOverlaps(view, struct, start, start + (kernel.profile.layout('module')?.size ?? 0));
}

/** Whether the contents of a section but one lie in a part of the file. */
function anyOverlaps({ sections }: ElfView, except: number, start: number, end: number): boolean {
  const { count, type, offset, size } = sections;
  for (let i = 1; i < count; i++) {
    const isStored = i !== except && type[i] !== SHT.NULL && type[i] !== SHT.NOBITS && size[i]! > 0;
    if (isStored && offset[i]! < end && offset[i]! + size[i]! > start) return true;
  }
  return false;
}

/** Writes what a stage has set into a shared image, and forgets what was read from it. */
export function writeShared(kernel: Kernel, info: LoadInfo): void {
  for (let i = 1; i < info.view.sections.count; i++) writeSharedHeader(info, i);
  info.modinfo = undefined;
  info.versions = undefined;
  if (info.index.mod === 0 || info.module.thisModule !== 0) return;
  writeStruct(kernel, info);
  info.module.name = cString(info.image, info.view.sections.offset[info.index.mod]! + nameOffset(kernel, info));
}

/** Where `struct module` holds the name: behind the state and a list head, include/linux/module.h. */
export function nameOffset(kernel: Kernel, { view }: LoadInfo): number {
  return structOffset(kernel, 'name') ?? (3 * view.form.bits) / 8;
}

/** One section header: flags, address, and the place in the module's memory that takes the entries' size's. */
export function writeSharedHeader(info: LoadInfo, index: number): void {
  const { image, view, area } = info;
  const { section } = structsOf(view.form);
  const { flags, address } = view.sections;
  const at = view.header.shoff + index * section.size;
  writeWords(image, at + section.flags, flags[index]!, view.form.bits, false);
  writeWords(image, at + section.address, address[index]!, view.form.bits);
  if (area.length > 0) writeWords(image, at + section.entrySize, placeOf(info, index), view.form.bits);
}

/** `sh_entsize` after `layout_sections`: the offset in the core area, that in the init area with the top bit, or all ones. */
function placeOf({ area, view }: LoadInfo, index: number): number {
  if (area[index] === AREA.NONE) return -1;
  const offset = view.sections.entrySize[index]!;
  return area[index] === AREA.INIT ? offset - 2 ** (view.form.bits - 1) : offset;
}

/** A word; `whole` false: its low half alone. */
function writeWords(bytes: Uint8Array, at: number, value: number, bits: number, whole = true): void {
  if (at + bits / 8 > bytes.length) return;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  view.setUint32(at, value, true);
  if (bits === 64 && whole) view.setUint32(at + 4, highWord(value), true);
}

/** What the loader sets in `struct module` while that is in the image: taints and layouts. */
function writeStruct(kernel: Kernel, info: LoadInfo): void {
  const { module, image, view } = info;
  const struct = view.sections.offset[info.index.mod]!;
  const taints = structOffset(kernel, 'taints');
  if (taints !== undefined) writeWords(image, struct + taints, module.taints, view.form.bits);
  for (const name of ['core_layout', 'init_layout'] as const) {
    const layout = name === 'core_layout' ? module.core : module.init;
    for (const [field, value, bits] of layoutFields(layout, view.form.bits)) {
      const offset = layoutOffset(kernel, name, field);
      if (offset !== undefined && value !== 0) writeWords(image, struct + offset, value, bits);
    }
  }
}

function layoutFields(layout: ModuleLayout, wordBits: number): [field: string, value: number, bits: number][] {
  return [
    ['base', layout.base, wordBits],
    ['size', layout.size, 32],
    ['text_size', layout.textSize, 32],
    ['ro_size', layout.roSize, 32],
    ['ro_after_init_size', layout.roAfterInitSize, 32],
  ];
}
