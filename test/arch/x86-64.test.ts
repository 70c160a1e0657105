import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RelocationJob } from '../../src/arch/relocation.ts';
import { x86_64 } from '../../src/arch/x86-64.ts';

const TARGET = -0x3fdff000;
const WORD = 64n;

interface Entry {
  readonly type: number;
  readonly symbol: bigint;
  readonly addend?: bigint;
  readonly offset?: bigint;
  readonly existing?: bigint;
}

/** Applies one entry to sixteen bytes; what it gave, and the bytes as a 64-bit number at the offset. */
function apply({ type, symbol, addend = 0n, offset = 0n, existing = 0n }: Entry) {
  const entries = new DataView(new ArrayBuffer(24));
  entries.setBigUint64(0, offset, true);
  entries.setUint32(8, type, true);
  entries.setUint32(12, 1, true);
  entries.setBigInt64(16, addend, true);
  const symbols = new DataView(new ArrayBuffer(48));
  symbols.setBigUint64(32, BigInt.asUintN(64, symbol), true);
  const target = new DataView(new ArrayBuffer(16));
  if (offset < 8n) target.setBigUint64(Number(offset), existing, true);
  const touched: number[] = [];
  const job: RelocationJob = {
    entries,
    symbols,
    symbolsAddress: 0,
    target,
    targetAddress: TARGET,
    elsewhere: (address, size) => {
      touched.push(address);
      return new DataView(new ArrayBuffer(size));
    },
  };
  const failure = x86_64.applyRelocations(job);
  return { failure, touched, value: target.getBigUint64(Math.min(8, Number(offset & 7n)), true) };
}

const R = { NONE: 0, 64: 1, PC32: 2, PLT32: 4, 32: 10, '32S': 11, PC64: 24 };

describe('x86-64 relocations', () => {
  it.each([
    ['R_X86_64_NONE writes nothing', { type: R.NONE, symbol: 5n }, 0n],
    ['R_X86_64_64 writes the sum', { type: R[64], symbol: 0xffffffff_c0201000n, addend: 8n }, 0xffffffff_c0201008n],
    ['R_X86_64_32 writes four bytes', { type: R[32], symbol: 0x8000_0000n }, 0x8000_0000n],
    ['R_X86_64_32S writes four bytes of a negative value', { type: R['32S'], symbol: -1n }, 0xffff_ffffn],
    ['R_X86_64_PC32 subtracts the place', { type: R.PC32, symbol: 0xffffffff_c0201010n, addend: -4n }, 0xcn],
    ['R_X86_64_PLT32 does the same', { type: R.PLT32, symbol: 0xffffffff_81000000n }, 0xc0dff000n],
    ['R_X86_64_PC64 subtracts in 64 bits', { type: R.PC64, symbol: 0n }, 0x3fdff000n],
  ])('%s', (_title, entry, value) => {
    expect(apply(entry)).toEqual({ failure: undefined, touched: [], value });
  });

  it.each([
    ['an unknown type', { type: 9, symbol: 0n }, ['module: m: Unknown rela relocation: 9']],
    [
      'a target that is not zero',
      { type: R['32S'], symbol: 0xffffffff_c0202060n, existing: 1n },
      [
        'module: x86/modules: Skipping invalid relocation target, existing value is nonzero for type 11, ' +
          'loc PLACE, val ffffffffc0202060',
      ],
    ],
    [
      'upper bytes that are not zero, for eight',
      { type: R[64], symbol: 1n, existing: 1n << 32n },
      [
        'module: x86/modules: Skipping invalid relocation target, existing value is nonzero for type 1, loc PLACE, val 1',
      ],
    ],
    [
      'an unsigned overflow',
      { type: R[32], symbol: 0xffffffff_c0202060n },
      [
        'module: overflow in relocation type 10 val ffffffffc0202060',
        "module: `m' likely not compiled with -mcmodel=kernel",
      ],
    ],
    [
      'a signed overflow',
      { type: R['32S'], symbol: 0x8000_0000n },
      ['module: overflow in relocation type 11 val 80000000', "module: `m' likely not compiled with -mcmodel=kernel"],
    ],
  ])('refuses %s', (_what, entry, lines) => {
    const { failure } = apply(entry);
    expect(x86_64.describeFailure(failure!, 'm', () => 'PLACE')).toEqual(lines);
    const later = lines.map((line) => line.replace('Skipping invalid', 'Invalid'));
    expect(
      x86_64.describeFailure(
        failure!,
        'm',
        () => 'PLACE',
        () => true,
      ),
    ).toEqual(later);
  });

  it('looks only at the bytes that it writes for what stands there', () => {
    expect(apply({ type: R[32], symbol: 1n, existing: 1n << 32n }).failure).toBeUndefined();
  });

  it('goes through guest memory for a place outside the section', () => {
    expect(apply({ type: R[64], symbol: 1n, offset: 0x1000n }).touched).toEqual([TARGET + 0x1000]);
    expect(apply({ type: R[64], symbol: 1n, offset: 0xffff_ffff_ffff_f000n }).touched).toEqual([TARGET - 0x1000]);
  });

  it('computes in 64 bits as two halves exactly', () => {
    const word = fc.bigInt({ min: 0n, max: (1n << WORD) - 1n });
    fc.assert(
      fc.property(word, fc.bigInt({ min: -(1n << 63n), max: (1n << 63n) - 1n }), (symbol, addend) => {
        const sum = BigInt.asUintN(64, symbol + addend);
        expect(apply({ type: R[64], symbol, addend }).value).toBe(sum);
        expect(apply({ type: R.PC64, symbol, addend }).value).toBe(BigInt.asUintN(64, sum - BigInt(TARGET)));
        expect(apply({ type: R[32], symbol, addend }).failure === undefined).toBe(sum < 1n << 32n);
        const fits = BigInt.asIntN(64, sum) === BigInt.asIntN(32, sum);
        expect(apply({ type: R['32S'], symbol, addend }).failure === undefined).toBe(fits);
      }),
    );
  });
});
