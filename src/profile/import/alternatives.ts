import type { Address } from '../../memory/address.ts';
import { viewOf } from '../container/bytes.ts';
import type { ImageRegion, KernelImage } from './kernel-image.ts';

/** One place that a boot may patch: `struct alt_instr`, arch/x86/include/asm/alternative.h. */
interface Alternative {
  readonly place: Address;
  readonly length: number;
  readonly replacement: Address;
  readonly replacementLength: number;
  /** The feature that decides, and whether it is its absence. */
  readonly feature: number;
  readonly inverted: boolean;
}

/** Sizes of `struct alt_instr`: since 6.4 with flags of their own, since 5.11, and before that with `padlen`. */
const SIZES = [14, 12, 13] as const;
/** Bit 15 of `cpuid` (`ALTINSTR_FLAG_INV`); bit 0 of `flags` since 6.4 (`ALT_FLAG_NOT`). */
const INVERTED = 0x8000;
/** `X86_FEATURE_ALWAYS`, arch/x86/include/asm/cpufeatures.h. */
const ALWAYS = 3 * 32 + 21;
const NOP = 0x90;
/** `call rel32`, `jmp rel32`. */
const RELATIVE = [0xe8, 0xe9];
const RELATIVE_SIZE = 5;

/**
 * `apply_alternatives`, arch/x86/kernel/alternative.c: the code of `.text` as it is on a processor that has none of the
 * features that alternatives are made for. A copy when anything is to be done.
 */
export function applyAlternatives(image: KernelImage, text: ImageRegion): Uint8Array {
  const alternatives = readAlternatives(image).filter((each) => isTaken(each));
  if (alternatives.length === 0) return text.bytes;
  const bytes = text.bytes.slice();
  for (const each of alternatives) patch(image, text, bytes, each);
  return bytes;
}

function isTaken({ feature, inverted }: Alternative): boolean {
  return (feature === ALWAYS) !== inverted;
}

function patch(image: KernelImage, text: ImageRegion, bytes: Uint8Array, each: Alternative): void {
  const offset = each.place - text.address;
  const from = image.place(each.replacement);
  if (offset < 0 || offset + each.length > bytes.length || each.replacementLength > each.length) return;
  bytes.fill(NOP, offset, offset + each.length);
  if (each.replacementLength === 0 || !from) return;
  const code = from.region.bytes.slice(from.offset, from.offset + each.replacementLength);
  if (RELATIVE.includes(code[0]!) && code.length === RELATIVE_SIZE) moveBranch(code, each.replacement - each.place);
  bytes.set(code, offset);
}

function moveBranch(code: Uint8Array, distance: number): void {
  const view = viewOf(code);
  view.setInt32(1, view.getInt32(1, true) + distance, true);
}

function readAlternatives(image: KernelImage): Alternative[] {
  const section = image.section('.altinstructions');
  if (!section) return [];
  for (const size of SIZES) {
    const rows = section.bytes.length % size === 0 ? readRows(section, size) : [];
    if (rows.length > 0 && rows.every((row) => isSound(image, row))) return rows;
  }
  return [];
}

/** Both ends are code of the image: with another size of rows hardly any would be. */
function isSound(image: KernelImage, { place, replacement, length, replacementLength }: Alternative): boolean {
  const isEmpty = replacementLength === 0;
  return length > 0 && image.place(place) !== undefined && (isEmpty || image.place(replacement) !== undefined);
}

function readRows({ address, bytes }: ImageRegion, size: (typeof SIZES)[number]): Alternative[] {
  const view = viewOf(bytes);
  const lengths = size === 14 ? 12 : 10;
  return Array.from({ length: bytes.length / size }, (_, index) => {
    const at = index * size;
    const feature = view.getUint16(at + 8, true);
    return {
      place: address + at + view.getInt32(at, true),
      replacement: address + at + 4 + view.getInt32(at + 4, true),
      length: view.getUint8(at + lengths),
      replacementLength: view.getUint8(at + lengths + 1),
      feature: size === 14 ? feature : feature & ~INVERTED,
      inverted: size === 14 ? (view.getUint16(at + 10, true) & 1) !== 0 : (feature & INVERTED) !== 0,
    };
  });
}
