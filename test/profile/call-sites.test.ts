import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ELF64_LE } from '../../src/elf/elf-form.ts';
import { AddressOrder, firstName } from '../../src/profile/container/address-order.ts';
import { encodeCallSites, readCallSites } from '../../src/profile/container/call-table.ts';
import { findCallSites } from '../../src/profile/import/call-sites.ts';
import { KernelImage } from '../../src/profile/import/kernel-image.ts';
import { openDefaultProfile } from '../../src/profile/open-profile.ts';

const BASE = -0x7f000000;
const EM_X86_64 = 62;

/** `call` at an offset of the image to another offset. */
function call(at: number, to: number): [number, number[]] {
  const distance = to - (at + 5);
  return [at, [0xe8, distance & 255, (distance >> 8) & 255, (distance >> 16) & 255, (distance >> 24) & 255]];
}

function image(machine: number, code: readonly (readonly [number, readonly number[]])[]): KernelImage {
  const bytes = new Uint8Array(0x200);
  for (const [at, content] of code) bytes.set(content, at);
  return new KernelImage(machine, ELF64_LE, [{ name: '.text', address: BASE, bytes }]);
}

const symbols = [
  ['do_init_module', 0],
  ['do_one_initcall', 0x40],
  ['seq_read_iter', 0x80],
  ['__x86_indirect_thunk_array', 0x100],
  ['end', 0x180],
].map(([name, offset]) => ({ type: 'T', name: name as string, address: BASE + (offset as number) }));

describe('places behind calls are found in the code of an image', () => {
  const code = [
    call(0x10, 0x40),
    call(0x20, 0x40),
    call(0x50, 0x100),
    call(0x90, 0x100),
    [0xa0, [0x48, 0x8b, 0x40, 24]] as const,
    call(0xa8, 0x100),
  ];

  test('the first call of a function, the first indirect one, the first through a pointer at an offset', () => {
    expect(findCallSites(image(EM_X86_64, code), symbols)).toEqual([
      { key: 'do_init_module>do_one_initcall', name: 'do_init_module', address: BASE + 0x15, offset: 0x15, size: 0x40 },
      { key: 'do_one_initcall>*1', name: 'do_one_initcall', address: BASE + 0x55, offset: 0x15, size: 0x40 },
      { key: 'seq_read_iter>*+24', name: 'seq_read_iter', address: BASE + 0xad, offset: 0x2d, size: 0x80 },
    ]);
  });

  test('other machines have none', () => {
    expect(findCallSites(image(183, code), symbols)).toEqual([]);
  });
});

test('section calls gives back what was put in', () => {
  const name = fc.stringMatching(/^[a-z_>*+0-9]{1,20}$/);
  const number = fc.integer();
  const site = fc.record({ key: name, name, address: number, offset: number, size: number });
  fc.assert(
    fc.property(fc.array(site), (sites) => {
      expect(readCallSites(encodeCallSites(sites))).toEqual(sites);
    }),
  );
});

test('section calls takes any bytes', () => {
  fc.assert(fc.property(fc.uint8Array(), (bytes) => void readCallSites(bytes)));
});

describe('a symbol reaches to the next one', () => {
  const order = new AddressOrder([Float64Array.of(-400, -1000), Float64Array.of(-400, 16, -0x7f000000)]);

  test.each([
    ['in it', -500, { address: -1000, size: 600 }],
    ['at its begin', -1000, { address: -1000, size: 600 }],
    ['before the first', -0x7f000001, undefined],
    ['behind the last', -300, undefined],
    ['far behind one', -0x70000000, undefined],
    ['a per-CPU offset', 20, undefined],
  ])('%s', (_what, address, extent) => {
    expect(order.find(address)).toEqual(extent);
  });

  test('of several names the one with the fewest underscores counts', () => {
    expect(firstName(['__memcpy', 'memcpy', '_x'])).toBe('memcpy');
  });
});

describe('the default profile', () => {
  const profile = openDefaultProfile();

  test('knows the way of finit_module to an init function', () => {
    const shown = profile.callSites?.map(
      ({ key, offset, size }) => `${key}+${offset.toString(16)}/${size.toString(16)}`,
    );
    expect(shown).toEqual(
      expect.arrayContaining(['do_one_initcall>*1+59/220', 'do_init_module>do_one_initcall+4a/1f0']),
    );
  });

  test('has sizes of symbols as kallsyms has them', () => {
    const address = profile.exports.find('_printk')!.address;
    expect(profile.symbolAt?.(address + 1)).toEqual({ name: '_printk', address, size: 0x83 });
  });
});
