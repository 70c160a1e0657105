import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProfileError } from '../../src/profile/profile-error.ts';
import { buildBtf, POINT } from './build-btf.ts';
import { buildKernel, EXPORTS, TODAY } from './build-kernel.ts';
import { imported } from './imported.ts';

/** A bzImage of boot protocol 2.15 around a payload. */
function bzImage(payload: Uint8Array): Uint8Array {
  const file = new Uint8Array(1024 + payload.length);
  const view = new DataView(file.buffer);
  file.set(Buffer.from('HdrS'), 0x202);
  view.setUint8(0x1f1, 1);
  view.setUint16(0x206, 0x20f, true);
  view.setUint32(0x24c, payload.length, true);
  file.set(payload, 1024);
  return file;
}

function zboot(payload: Uint8Array): Uint8Array {
  const head = new Uint8Array(64);
  const view = new DataView(head.buffer);
  head.set(Buffer.from('MZ\0\0zimg'));
  view.setUint32(8, 64, true);
  view.setUint32(12, payload.length, true);
  return Buffer.concat([head, payload]);
}

function zImage(payload: Uint8Array): Uint8Array {
  const head = new Uint8Array(0x80);
  const view = new DataView(head.buffer);
  view.setUint32(0x24, 0x016f2818, true);
  view.setUint32(0x38, 0x60, true);
  view.setUint32(0x68, 0x80 + payload.length, true);
  return Buffer.concat([head, payload, new Uint8Array(4)]);
}

describe('a boot image', () => {
  const vmlinux = buildKernel(TODAY);
  const packed = gzipSync(vmlinux);

  it.each([
    ['a bzImage', bzImage(packed)],
    ['an EFI zboot image', zboot(packed)],
    [
      'a zImage with decoys before the kernel',
      zImage(Buffer.concat([Buffer.from('\x1f\x8b\x08 decoy', 'latin1'), packed])),
    ],
    ['a compressed vmlinux', packed],
    ['a compressed bzImage', gzipSync(bzImage(packed))],
    ...['xz', 'zst', 'lzma', 'bz2', 'lz4'].map((format): [string, Uint8Array] => [
      `a bzImage with a payload.${format}`,
      bzImage(readFileSync(new URL(`recorded/payload.${format}`, import.meta.url))),
    ]),
  ])('unpacks from %s', async (_what, image) => {
    expect((await imported({ image })).exports.count).toBe(3);
  });

  it.each([
    ['an empty file', new Uint8Array(0), 'neither an ELF file nor a raw kernel image with exported symbols'],
    ['text', Buffer.from('#!/bin/sh\n'.repeat(50)), 'neither an ELF file nor a raw kernel image with exported symbols'],
    ['a bzImage cut off', bzImage(packed).subarray(0, 1100), 'kernel image: gzip: unexpected end of data'],
    [
      'a bzImage without payload',
      bzImage(packed).subarray(0, 700),
      'kernel image: its payload is compressed in an unknown format',
    ],
    ['an ELF file that is no kernel', vmlinux.subarray(0, 700), 'vmlinux: neither sections nor segments with contents'],
    ['a kernel without exports', buildKernel(TODAY, []), 'no exported symbols (__ksymtab) in the kernel image'],
  ])('that is %s is refused in one line', async (_what, image, message) => {
    await expect(imported({ image })).rejects.toThrow(new ProfileError(message));
  });

  it('with any byte changed or cut anywhere imports or raises ProfileError', async () => {
    const whole = buildKernel(TODAY, EXPORTS, [{ name: '.BTF', address: 4096, content: buildBtf(POINT) }]);
    const changes = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(changes, fc.nat(whole.length), fc.boolean(), async (edits, end, cut) => {
        const image = whole.slice(0, cut ? end : whole.length);
        for (const [at, byte] of edits) if (at < image.length) image[at] = byte;
        try {
          await imported({ image });
        } catch (error) {
          expect(error).toBeInstanceOf(ProfileError);
        }
      }),
      { numRuns: 300 },
    );
  });
});
