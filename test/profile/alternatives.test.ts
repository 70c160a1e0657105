import { expect, test } from 'vitest';
import { EM } from '../../src/abi/elf.ts';
import { ELF64_LE } from '../../src/elf/elf-form.ts';
import { applyAlternatives } from '../../src/profile/import/alternatives.ts';
import { KernelImage } from '../../src/profile/import/kernel-image.ts';

const TEXT = -0x7f000000;
const TABLE = TEXT + 0x1000;
const REPLACEMENT = TEXT + 0x2000;
const ALWAYS = 3 * 32 + 21;
const ERMS = 9 * 32 + 9;

/** A place of five bytes at the start of the code. */
interface Place {
  readonly feature: number;
  readonly inverted?: boolean;
  readonly replacement: string;
}

/** The table of alternatives as kernels with rows of this size have it. */
function table(size: number, { feature, inverted = false, replacement }: Place): Uint8Array {
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  view.setInt32(0, TEXT - TABLE, true);
  view.setInt32(4, REPLACEMENT - (TABLE + 4), true);
  view.setUint16(8, size !== 14 && inverted ? feature | 0x8000 : feature, true);
  if (size === 14 && inverted) view.setUint16(10, 1, true);
  view.setUint8(size === 14 ? 12 : 10, 5);
  view.setUint8(size === 14 ? 13 : 11, replacement.length / 2);
  return bytes;
}

function patched(size: number, place: Place): string {
  const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex, 'hex'));
  const text = { name: '.text', address: TEXT, bytes: bytes('1122334455c3') };
  const image = new KernelImage(EM.X86_64, ELF64_LE, [
    text,
    { name: '.altinstructions', address: TABLE, bytes: table(size, place) },
    { name: '.altinstr_replacement', address: REPLACEMENT, bytes: bytes(place.replacement) },
  ]);
  return Buffer.from(applyAlternatives(image, text)).toString('hex');
}

test.each([12, 13, 14])('in a table with rows of %i bytes the alternative of every processor is taken', (size) => {
  expect(patched(size, { feature: ALWAYS, replacement: '31c0' })).toBe('31c0909090c3');
});

test.each([12, 13, 14])('with rows of %i bytes that of processors with a feature is not', (size) => {
  expect(patched(size, { feature: ERMS, replacement: '31c0' })).toBe('1122334455c3');
});

test.each([12, 14])('with rows of %i bytes that of processors without a feature is taken', (size) => {
  expect(patched(size, { feature: ERMS, inverted: true, replacement: '' })).toBe('9090909090c3');
});

test('a jump goes where it went from the place that it comes from', () => {
  expect(patched(12, { feature: ALWAYS, replacement: 'e900000000' })).toBe('e900200000c3');
});
