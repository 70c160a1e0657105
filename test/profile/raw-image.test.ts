import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EM } from '../../src/abi/elf.ts';
import { ELF32_LE, ELF64_LE } from '../../src/elf/elf-form.ts';
import { readImageExports } from '../../src/profile/import/exports.ts';
import { imageFacts } from '../../src/profile/import/image-facts.ts';
import { readKallsyms } from '../../src/profile/import/kallsyms.ts';
import { KernelImage } from '../../src/profile/import/kernel-image.ts';
import { rawImage } from '../../src/profile/import/raw-image.ts';
import { ProfileError } from '../../src/profile/profile-error.ts';
import { type BuiltSymbol, buildKallsyms, type KallsymsShape } from './build-kallsyms.ts';

const BASE = -0x7f000000;

/** 300 symbols: more than one marker, a name of two length bytes. */
function symbolsAt(base: number): BuiltSymbol[] {
  return Array.from({ length: 300 }, (_, i) => ({
    type: i % 3 === 0 ? 'T' : 't',
    name: i === 7 ? `x${'y'.repeat(200)}` : `sys_${i}`,
    address: base + i * 32,
  }));
}

const shapes = ([4, 8] as const).flatMap((pointerSize) =>
  [true, false].flatMap((offsetsFirst) =>
    [true, false].flatMap((sequences) =>
      (pointerSize === 8 ? [true, false] : [false]).map(
        (percpuAbsolute): KallsymsShape => ({ pointerSize, offsetsFirst, sequences, percpuAbsolute }),
      ),
    ),
  ),
);

function imageOf(bytes: Uint8Array, pointerSize: 4 | 8): KernelImage {
  const [machine, form] = pointerSize === 8 ? [EM.X86_64, ELF64_LE] : [EM.ARM, ELF32_LE];
  return new KernelImage(machine, form, [{ name: '.rodata', address: 0, bytes }]);
}

describe('kallsyms', () => {
  it.each(shapes)(
    'are read with pointers of $pointerSize bytes, offsets first $offsetsFirst, sequences $sequences, per-CPU absolute $percpuAbsolute',
    (shape) => {
      const percpu = { type: 'A', name: 'percpu_data', address: 64 };
      const base = shape.pointerSize === 8 ? BASE : 0xc0008000;
      const symbols = [...(shape.percpuAbsolute ? [percpu] : []), ...symbolsAt(base)];
      const bytes = Buffer.concat([
        new Uint8Array(4096).fill(0xaa),
        buildKallsyms(shape, base, symbols),
        new Uint8Array(64),
      ]);
      expect(readKallsyms(imageOf(bytes, shape.pointerSize))).toEqual(symbols);
    },
  );

  it('that are not there are no symbols', () => {
    expect(readKallsyms(imageOf(new Uint8Array(4096), 8))).toEqual([]);
  });

  it('with any bytes changed are symbols or none', () => {
    const whole = buildKallsyms(shapes.at(-1)!, BASE, symbolsAt(BASE));
    const changes = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 5 });
    fc.assert(
      fc.property(changes, (edits) => {
        const bytes = whole.slice();
        for (const [at, byte] of edits) bytes[at] = byte;
        expect(readKallsyms(imageOf(bytes, 8)).length).toBeLessThan(70_000);
      }),
      { numRuns: 100 },
    );
  });
});

const COUNTS = { normal: 70, gpl: 66 };
const STRINGS_AT = 0x4000;
const TABLE_AT = 0x1000;

/** An Image of arm64 or arm: text, banner and vermagic, tables of exports and CRCs, names, kallsyms. */
function buildRaw(kind: 'arm64' | 'arm', link: number): Uint8Array {
  const bytes = new Uint8Array(0x8000);
  const view = new DataView(bytes.buffer);
  if (kind === 'arm64') view.setUint32(56, 0x644d5241, true);
  bytes.set(
    Buffer.from('Linux version 6.1.0-9-raw (a@b) (gcc) #1 SMP 2026\n\0\0' + '6.1.0-9-raw SMP aarch64\0'),
    0x800,
  );
  const names = ['b', 'a'].flatMap((table) =>
    Array.from(
      { length: table === 'b' ? COUNTS.normal : COUNTS.gpl },
      (_, i) => `${table}${String(i).padStart(3, '0')}`,
    ),
  );
  bytes.set(Buffer.from(`${names.join('\0')}\0`), STRINGS_AT);
  for (let i = 0; i < names.length; i++) {
    const at = TABLE_AT + i * 12;
    const name = STRINGS_AT + i * 5;
    const value = 0x100 + i * 4;
    view.setInt32(at, kind === 'arm' ? link + value : value - at, true);
    view.setInt32(at + 4, kind === 'arm' ? link + name : name - (at + 4), true);
    view.setUint32(TABLE_AT + names.length * 12 + i * 4, 0x80000000 + i, true);
  }
  const symbols = [
    { type: 'T', name: '_stext', address: link + 0x100 },
    ...names.map((name, i) => ({ type: 'T', name, address: link + 0x100 + i * 4 })),
    ...symbolsAt(link + 0x2000),
  ];
  const shape = {
    pointerSize: kind === 'arm' ? 4 : 8,
    offsetsFirst: true,
    sequences: false,
    percpuAbsolute: false,
  } as const;
  return Buffer.concat([bytes, buildKallsyms(shape, link + 0x100, symbols)]);
}

describe('a raw image', () => {
  it.each([
    ['arm64', -0x7fff_f800_0000, 'aarch64'],
    ['arm', 0xc0208000, 'armv7l'],
  ] as const)('of %s is placed and divided by what its tables look like', (kind, link, machine) => {
    const { image } = rawImage(buildRaw(kind, link));
    const exports = readImageExports(image);
    expect(exports).toHaveLength(COUNTS.normal + COUNTS.gpl);
    expect(exports[0]).toEqual({ name: 'b000', address: link + 0x100, crc: 0x80000000, gplOnly: false, namespace: '' });
    expect(exports.at(-1)).toEqual({
      name: 'a065',
      address: link + 0x100 + 135 * 4,
      crc: 0x80000000 + 135,
      gplOnly: true,
      namespace: '',
    });
    expect(imageFacts(buildRaw(kind, link), '')).toMatchObject({
      release: '6.1.0-9-raw',
      vermagic: '6.1.0-9-raw SMP aarch64',
      machine,
    });
  });

  it('in an ELF file without section headers is found in its segments', () => {
    const raw = buildRaw('arm64', BASE);
    const head = Buffer.alloc(64 + 56);
    head.set([0x7f, 0x45, 0x4c, 0x46, 2, 1]);
    head.writeUInt16LE(EM.AARCH64, 18);
    head.writeBigUInt64LE(64n, 32);
    head.writeUInt16LE(1, 56);
    head.writeUInt32LE(1, 64);
    head.writeBigUInt64LE(120n, 64 + 8);
    head.writeBigInt64LE(BigInt(BASE), 64 + 16);
    head.writeBigUInt64LE(BigInt(raw.length), 64 + 32);
    const { exports, symbols } = imageFacts(Buffer.concat([head, raw]), '');
    expect(exports).toHaveLength(COUNTS.normal + COUNTS.gpl);
    expect(exports[0]).toMatchObject({ name: 'b000', address: BASE + 0x100, crc: 0x80000000 });
    expect(symbols.find(({ name }) => name === 'b000')?.address).toBe(BASE + 0x100);
  });

  it('of anything else is refused in one line', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 4096 }), (bytes) => {
        expect(() => rawImage(bytes)).toThrow(
          new ProfileError('neither an ELF file nor a raw kernel image with exported symbols'),
        );
      }),
      { numRuns: 50 },
    );
  });
});
