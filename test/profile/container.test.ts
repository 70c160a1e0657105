import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { memorySource } from '../../src/profile/container/byte-source.ts';
import { splitCertificates } from '../../src/profile/container/certificate-list.ts';
import { encodeConfig, findOption } from '../../src/profile/container/config-table.ts';
import { encodeContainer, openContainer } from '../../src/profile/container/container.ts';
import { encodeExports, readExports } from '../../src/profile/container/export-table.ts';
import { encodeMeta, readMeta } from '../../src/profile/container/meta.ts';
import { encodeSymbols, findSymbol } from '../../src/profile/container/symbol-table.ts';
import type { KernelExport } from '../../src/profile/kernel-profile.ts';
import { ProfileError } from '../../src/profile/profile-error.ts';
import { readProfile } from '../../src/profile/read-profile.ts';

const byteName = fc.string({
  minLength: 1,
  maxLength: 12,
  unit: fc.integer({ min: 1, max: 255 }).map((c) => String.fromCharCode(c)),
});
const symbolName = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,10}$/);
const address = fc.integer({ min: -0x8000_0000, max: 0x7fff_ffff });
const exportRow: fc.Arbitrary<KernelExport> = fc.record({
  name: byteName,
  address: fc.oneof(address, fc.integer({ min: -(2 ** 47), max: 2 ** 47 })),
  crc: fc.nat({ max: 0xffffffff }),
  gplOnly: fc.boolean(),
  namespace: fc.constantFrom('', 'CRYPTO_INTERNAL', 'DMA_BUF'),
});
const META = {
  release: '6.1.0',
  version: '#1',
  versionNumbers: [6, 1, 0],
  machine: 'x86_64',
  vermagic: '6.1.0 ',
  pointerSize: 8,
  btfTypeCount: 0,
  btfStringsSize: 0,
} as const;

describe('a profile file', () => {
  it('gives back the sections it was made of, and nothing for others', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.uint8Array(), (a, b) => {
        const container = openContainer(
          memorySource(
            encodeContainer([
              ['config', a],
              ['btf', b],
            ]),
          ),
        );
        expect(container.section('config')).toEqual(a);
        expect(container.section('btf')).toEqual(b);
        expect(container.section('certs')).toEqual(new Uint8Array(0));
      }),
    );
  });

  const FILE = encodeContainer([['meta', encodeMeta(META)]]);

  it.each([
    ['nothing', new Uint8Array(0), 'not a kernel profile'],
    ['text', Buffer.from('hello, this is not a profile'), 'not a kernel profile'],
    ['a later format', FILE.with(8, 7), 'kernel profile of unknown format version 7'],
    ['its table cut off', FILE.subarray(0, 20), 'kernel profile is truncated'],
    ['a section cut off', FILE.subarray(0, FILE.length - 1), 'kernel profile is truncated'],
    ['a table without end', FILE.with(15, 255), 'kernel profile is truncated'],
    ['no section', encodeContainer([]), 'kernel profile: damaged header'],
    ['an empty header', encodeContainer([['meta', Buffer.from('{}')]]), 'kernel profile: no release'],
  ])('with %s is refused in one line', (_what, bytes, message) => {
    expect(() => readProfile(memorySource(bytes))).toThrow(new ProfileError(message));
  });

  it('of any bytes in any section answers or raises ProfileError', () => {
    const section = fc.oneof(fc.uint8Array({ maxLength: 80 }), fc.constant(encodeExports([])));
    fc.assert(
      fc.property(section, section, section, section, section, (config, exports, symbols, btf, btfindex) => {
        const file = encodeContainer([
          ['meta', encodeMeta(META)],
          ['config', config],
          ['exports', exports],
          ['symbols', symbols],
          ['btf', btf],
          ['btfindex', btfindex],
          ['certs', config],
        ]);
        try {
          const profile = readProfile(memorySource(file));
          profile.config('A');
          profile.exports.find('a');
          profile.symbolAddress('a');
          profile.layout('a');
          profile.certificates;
        } catch (error) {
          expect(error).toBeInstanceOf(ProfileError);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('keeps the facts that are one value each', () => {
    expect(readMeta(encodeMeta(META))).toEqual(META);
  });
});

describe('the table of exports', () => {
  it('finds every export by name and lists all in name order', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(exportRow, { selector: ({ name }) => name, maxLength: 30 }),
        byteName,
        (rows, other) => {
          const table = readExports(encodeExports(rows));
          for (const row of rows) expect(table.find(row.name)).toEqual(row);
          if (!rows.some(({ name }) => name === other)) expect(table.find(other)).toBeUndefined();
          expect([...table.all()]).toEqual([...rows].sort((a, b) => (a.name < b.name ? -1 : 1)));
          expect(table.count).toBe(rows.length);
        },
      ),
    );
  });

  it('with impossible counts is refused', () => {
    expect(() => readExports(new Uint8Array(40).fill(255))).toThrow(
      new ProfileError('kernel profile: damaged table of exports'),
    );
  });
});

describe('the table of symbols', () => {
  it('finds every symbol by name, near to zero or not', () => {
    const far = fc.constantFrom(0, -(2 ** 47));
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.record({ name: symbolName, address }), { selector: ({ name }) => name }),
        far,
        (rows, base) => {
          const placed = rows.map((row) => ({ name: row.name, address: base + Math.trunc(row.address / 2) }));
          const bytes = encodeSymbols(placed);
          for (const row of placed) expect(findSymbol(bytes, row.name)).toBe(row.address);
          expect(findSymbol(bytes, 'not/there')).toBeUndefined();
        },
      ),
    );
  });
});

describe('the table of options', () => {
  const TABLE = encodeConfig(
    '# comment\nCONFIG_SMP=y\nCONFIG_SMP_X=m\n# CONFIG_NOT is not set\nCONFIG_HZ=250\nCONFIG_NO=n\nCONFIG_NAME="a\\"b"\nCONFIG_LAST=y',
  );

  it.each([
    ['SMP', 'y'],
    ['SMP_X', 'm'],
    ['HZ', '250'],
    ['NAME', 'a"b'],
    ['LAST', 'y'],
    ['NOT', undefined],
    ['NO', undefined],
    ['SM', undefined],
    ['A', undefined],
    ['ZZZ', undefined],
  ])('answers for %s %j', (option, value) => {
    expect(findOption(TABLE, option)).toBe(value);
  });

  it('finds every option of any configuration', () => {
    const options = fc.dictionary(fc.stringMatching(/^[A-Z0-9_]{1,6}$/), fc.constantFrom('y', 'm', '12'));
    fc.assert(
      fc.property(options, (config) => {
        const table = encodeConfig(
          Object.entries(config)
            .map(([name, value]) => `CONFIG_${name}=${value}\n`)
            .join(''),
        );
        for (const [name, value] of Object.entries(config)) expect(findOption(table, name)).toBe(value);
      }),
    );
  });
});

describe('the list of certificates', () => {
  const der = (length: number) => Uint8Array.of(0x30, 0x82, length >> 8, length & 255, ...new Uint8Array(length));

  it('is cut where one DER sequence ends and the next begins', () => {
    const list = [der(300), der(2), Uint8Array.of(0, 0)];
    expect(splitCertificates(Buffer.concat(list)).map(({ length }) => length)).toEqual([304, 6]);
  });

  it('ends before a certificate that is cut off', () => {
    expect(splitCertificates(der(9).subarray(0, 10))).toEqual([]);
  });
});
