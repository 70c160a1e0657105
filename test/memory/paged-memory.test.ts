import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AddressSpace } from '../../src/memory/address-space.ts';
import { GuestFault } from '../../src/memory/guest-fault.ts';
import { READ_EXECUTE, READ_ONLY, READ_WRITE } from '../../src/memory/mapping.ts';
import { NonCanonicalAddress, PagedMemory } from '../../src/memory/paged-memory.ts';

const BASE = -0x777fc0000000;
const SIZE = 0x3000;

function pagedMemory(): { space: AddressSpace; paged: PagedMemory; bytes: Uint8Array } {
  const space = new AddressSpace();
  const bytes = new Uint8Array(SIZE);
  space.map(BASE, bytes, READ_WRITE, 'data');
  return { space, paged: new PagedMemory(space), bytes };
}

describe('PagedMemory', () => {
  it('reads back what was written, at every width and alignment, as the address space does', () => {
    const { space, paged } = pagedMemory();
    fc.assert(
      fc.property(fc.integer({ min: 0, max: SIZE - 8 }), fc.integer(), fc.integer(), (offset, low, high) => {
        paged.store64(BASE + offset, low, high);
        expect(space.readU64(BASE + offset)).toBe((BigInt(high >>> 0) << 32n) | BigInt(low >>> 0));
        expect([paged.load64(BASE + offset), paged.high]).toEqual([low, high]);
        expect(paged.load32(BASE + offset)).toBe(low);
        expect(paged.load16(BASE + offset)).toBe(low & 0xffff);
        expect(paged.load8(BASE + offset)).toBe(low & 0xff);
      }),
    );
  });

  it('crosses from one mapping to the next that touches it', () => {
    const { space, paged } = pagedMemory();
    space.map(BASE + SIZE, new Uint8Array(4096), READ_WRITE, 'next');
    paged.store32(BASE + SIZE - 2, 0x12345678);
    expect(paged.load32(BASE + SIZE - 2)).toBe(0x12345678);
  });

  it('writes nothing when the second half of a store faults', () => {
    const { paged, bytes } = pagedMemory();
    expect(() => paged.store32(BASE + SIZE - 2, -1)).toThrowError(new GuestFault(BASE + SIZE, 'write', false));
    expect(bytes[SIZE - 1]).toBe(0);
  });

  it('sees that a mapping went away', () => {
    const { space, paged } = pagedMemory();
    paged.load32(BASE);
    space.unmap(BASE);
    expect(() => paged.load32(BASE)).toThrowError(new GuestFault(BASE, 'read', false));
  });

  it('sees that a mapping became read-only', () => {
    const { space, paged } = pagedMemory();
    paged.store32(BASE, 1);
    space.find(BASE)!.permissions = READ_ONLY;
    expect(() => paged.store32(BASE, 2)).toThrowError(new GuestFault(BASE, 'write', true));
  });

  it('refuses an address that is not canonical', () => {
    expect(() => pagedMemory().paged.load8(2 ** 60)).toThrowError(NonCanonicalAddress);
  });

  it('tells of every write to memory that is also executable', () => {
    const { space, paged } = pagedMemory();
    space.find(BASE)!.permissions = { ...READ_EXECUTE, write: true };
    const before = space.codeGeneration;
    paged.store8(BASE, 1);
    paged.store8(BASE, 2);
    expect(space.codeGeneration).toBe(before + 2);
  });

  it('serves a mapping that ends within a page', () => {
    const { space, paged } = pagedMemory();
    space.map(0x5000, Uint8Array.of(1, 2, 3), READ_EXECUTE, 'stub');
    expect(paged.load16(0x5001)).toBe(0x302);
    expect(() => paged.load8(0x5003)).toThrowError(new GuestFault(0x5003, 'read', false));
  });
});
