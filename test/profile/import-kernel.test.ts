import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { buildBtf, POINT } from './build-btf.ts';
import { buildKernel, EXPORTS, type TableShape, TODAY } from './build-kernel.ts';
import { imported } from './imported.ts';

const CONFIG = 'CONFIG_X86_64=y\nCONFIG_SMP=y\nCONFIG_MODULE_UNLOAD=y\nCONFIG_MODVERSIONS=y\n';
const DER = Buffer.concat([Uint8Array.of(0x30, 0x82, 1, 4, 0x30, 0x82, 0, 200, 0xa0, 3, 2, 1, 2), new Uint8Array(251)]);
const BASE = -0x7f000000;

const shapes = ([32, 64] as const).flatMap((bits) =>
  (['relative', 'absolute'] as const).flatMap((entries) =>
    [true, false].flatMap((namespaces) =>
      (['plain', 'relative', 'none'] as const).map((crcs): TableShape => ({ bits, entries, namespaces, crcs })),
    ),
  ),
);

describe('the import of a vmlinux', () => {
  it.each(shapes)(
    'reads exports of $bits bits, $entries entries, namespaces $namespaces, $crcs CRCs',
    async (shape) => {
      const profile = await imported({ image: buildKernel(shape) });
      const base = shape.bits === 64 ? BASE : 0xc1000000;
      const addresses = [base, base + 16, base];
      expect([...profile.exports.all()]).toEqual(
        EXPORTS.map((row, i) => ({
          ...row,
          address: addresses[i],
          crc: shape.crcs === 'none' ? 0 : row.crc,
          namespace: shape.namespaces ? row.namespace : '',
        })),
      );
    },
  );

  it('finds release, version, numbers, machine and vermagic in the image', async () => {
    const profile = await imported({ image: buildKernel(TODAY) });
    expect([profile.release, profile.version, profile.versionNumbers, profile.machine, profile.vermagic]).toEqual([
      '6.1.0-9-test',
      '#1 SMP Test 6.1.99-1 (2026-01-01)',
      [6, 1, 99],
      'x86_64',
      '6.1.0-9-test SMP mod_unload ',
    ]);
  });

  it('takes the version numbers from the vDSO note when it has one', async () => {
    const note = Buffer.concat([
      Uint8Array.of(6, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0),
      Buffer.from('Linux\0\0\0'),
      Uint8Array.of(57, 1, 6, 0),
    ]);
    const profile = await imported({
      image: buildKernel(TODAY, EXPORTS, [{ name: '.vdso', content: note, address: 4096 }]),
    });
    expect(profile.versionNumbers).toEqual([6, 1, 57]);
  });

  it('reads layouts from the BTF and the certificates that are built in', async () => {
    const profile = await imported({
      image: buildKernel(TODAY, EXPORTS, [
        { name: '.BTF', address: 4096, content: buildBtf(POINT) },
        { name: '.init.data', address: 8192, content: Buffer.concat([Buffer.from('junk'), DER, DER]) },
      ]),
    });
    expect(profile.layout('point')?.offsetOf('list')).toBe(16);
    expect(profile.layout('nothing')).toBeUndefined();
    expect(profile.prototype('lookup')?.variadic).toBe(true);
    expect(profile.certificates.map((each) => Buffer.from(each))).toEqual([DER, DER]);
  });

  it('keeps code and read-only data when it is told to', async () => {
    const code = { name: '.text', address: BASE, content: Uint8Array.of(0x90, 0xc3) };
    const image = buildKernel(TODAY, EXPORTS, [code]);
    expect((await imported({ image })).text).toBeUndefined();
    const text = (await imported({ image, text: true })).text!;
    expect(text.runs.map(({ address, size }) => [address, size])).toEqual([
      [BASE, 2],
      [BASE + 0x1000, 147],
    ]);
    expect(text.read(BASE, 15)).toEqual(Uint8Array.of(0x90, 0xc3));
    expect(text.read(BASE + 2, 1)).toBeUndefined();
  });

  it('reads the configuration that is built in', async () => {
    const packed = Buffer.concat([Buffer.from('IKCFG_ST'), gzipSync(CONFIG), Buffer.from('IKCFG_ED')]);
    const profile = await imported({
      image: buildKernel(TODAY, EXPORTS, [{ name: '.config', content: packed, address: 4096 }]),
    });
    expect(profile.config('SMP')).toBe('y');
    expect(profile.config('PREEMPT')).toBeUndefined();
  });

  it('takes from an image without a configuration what its version magic and its messages give away', async () => {
    const content = Buffer.from('\0\x013%s: %s: kernel tainted.\n\0Kernel module BTF mismatch detected\0');
    const profile = await imported({ image: buildKernel(TODAY, EXPORTS, [{ name: '.text', content, address: 4096 }]) });
    const options = [
      'SMP',
      'MODULE_UNLOAD',
      'MODULE_FORCE_LOAD',
      'MODULE_ALLOW_BTF_MISMATCH',
      'MODVERSIONS',
      'LIVEPATCH',
    ];
    expect(options.map((option) => profile.config(option))).toEqual(['y', 'y', 'y', 'y', undefined, undefined]);
  });

  it('takes what is given beside the image instead of what the image says', async () => {
    const profile = await imported({
      image: buildKernel(TODAY),
      config: 'CONFIG_PREEMPT=y\n',
      release: '6.1.0-mine',
      symvers:
        '0x00000007\talpha\tvmlinux\tEXPORT_SYMBOL_GPL\tNS\n0x00000008\tnew\tvmlinux\tEXPORT_SYMBOL\t\n0x1\tx\tfs/x\tEXPORT_SYMBOL\t\n',
      systemMap: 'ffffffff81000100 T alpha\nffffffff81000200 t hidden\n',
    });
    expect([profile.release, profile.vermagic, profile.config('PREEMPT')]).toEqual([
      '6.1.0-mine',
      '6.1.0-mine SMP mod_unload ',
      'y',
    ]);
    expect(profile.exports.find('alpha')).toEqual({
      name: 'alpha',
      address: BASE + 0x100,
      crc: 7,
      gplOnly: true,
      namespace: 'NS',
    });
    expect([profile.exports.count, profile.exports.find('new')?.crc, profile.exports.find('x')]).toEqual([
      4,
      8,
      undefined,
    ]);
    expect([profile.symbolAddress('alpha'), profile.symbolAddress('hidden')]).toEqual([BASE + 0x100, BASE + 0x200]);
  });

  it('passes over the System.map that stands for one in a debug package', async () => {
    const systemMap = 'ffffffffffffffff B The real System.map is in the linux-image-<version>-dbg package\n';
    const profile = await imported({ image: buildKernel(TODAY), systemMap });
    expect([profile.symbolAddress('alpha'), profile.symbolAddress('The')]).toEqual([BASE, undefined]);
  });

  it('makes a kernel of Module.symvers, configuration and release alone', async () => {
    const symvers = '0x00000007\talpha\tvmlinux\tEXPORT_SYMBOL\n';
    const profile = await imported({ symvers, config: CONFIG, release: '5.4.1' });
    expect([profile.vermagic, profile.machine, profile.versionNumbers, profile.exports.find('alpha')?.crc]).toEqual([
      '5.4.1 SMP mod_unload modversions ',
      'x86_64',
      [5, 4, 1],
      7,
    ]);
  });
});
