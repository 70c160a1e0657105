import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MemorySource } from '../../../src/kmod/depmod/section-source.ts';
import { builtinModinfo } from '../../../src/kmod/modinfo/builtin-modinfo.ts';
import { ModinfoError, moduleFileInfo } from '../../../src/kmod/modinfo/modinfo.ts';
import { pkcs7Signer } from '../../../src/kmod/modinfo/pkcs7-signer.ts';
import { ROOTS } from '../recorded/roots.ts';
import { buildTinyModule } from '../recorded/tiny-module.ts';

/** The fields of a file, or the errno that it gets. */
function infoOf(bytes: Uint8Array) {
  try {
    return [...moduleFileInfo(new MemorySource(bytes))];
  } catch (error) {
    if (error instanceof ModinfoError) return error.errno;
    throw error;
  }
}

const signed = buildTinyModule(ROOTS['files']!.modules!['w/signed.ko']!);

describe('moduleFileInfo', () => {
  it('reads a real module in the order of its .modinfo', () => {
    const info = infoOf(readFileSync('samples/hello/hello.ko'));
    expect(Array.isArray(info) && info.map(([key]) => key)).toContain('vermagic');
  });

  it('gives fields or an errno for any change of a signed module', () => {
    const change = fc.tuple(fc.nat(signed.length - 1), fc.nat(255));
    fc.assert(
      fc.property(fc.array(change, { maxLength: 8 }), (changes) => {
        const bytes = Buffer.from(signed);
        for (const [at, value] of changes) bytes[at] = value;
        infoOf(bytes);
      }),
      { numRuns: 500 },
    );
  });

  it('gives fields or an errno for any cut of a signed module', () => {
    for (let size = 0; size < signed.length; size++) infoOf(signed.subarray(0, size));
  });
});

describe('pkcs7Signer', () => {
  it('gives a signer or nothing for any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        pkcs7Signer(bytes);
      }),
    );
  });
});

describe('builtinModinfo', () => {
  it('gives the first run of entries of the module only', () => {
    expect(builtinModinfo('a.x=1\0ab.y=2\0a.z=3\0', 'a')).toEqual(['x=1']);
    expect(builtinModinfo('a.x=1\0a.z=3\0', 'a')).toEqual(['x=1', 'z=3']);
    expect(builtinModinfo('b.x=1\0', 'a')).toEqual([]);
  });

  it('gives nothing for a file with an entry without module', () => {
    expect(builtinModinfo('nodot\0a.x=1\0', 'a')).toBeUndefined();
  });
});
