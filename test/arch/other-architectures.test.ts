import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aarch64 } from '../../src/arch/aarch64.ts';
import type { Architecture } from '../../src/arch/architecture.ts';
import { architectureOf, requireProcessor } from '../../src/arch/architectures.ts';
import { armv7l } from '../../src/arch/armv7l.ts';
import { i386 } from '../../src/arch/i386.ts';

/** Applies one entry for symbol 1 at the start of a target; the failure, and the first four or eight bytes. */
function apply(arch: Architecture, type: number, symbol: number, existing: number, addend = 0) {
  const wide = arch.form.bits === 64;
  const entries = new DataView(new ArrayBuffer(arch.relocationSize));
  if (wide) {
    entries.setUint32(8, type, true);
    entries.setUint32(12, 1, true);
    entries.setBigInt64(16, BigInt(addend), true);
  } else entries.setUint32(4, (1 << 8) | type, true);
  const symbols = new DataView(new ArrayBuffer(64));
  if (wide) symbols.setBigInt64(32, BigInt(symbol), true);
  else symbols.setUint32(20, symbol, true);
  const target = new DataView(new ArrayBuffer(16));
  target.setUint32(0, existing, true);
  const failure = arch.applyRelocations({
    entries,
    symbols,
    symbolsAddress: 0,
    target,
    targetAddress: arch.moduleArea.start,
    elsewhere: (_address, size) => new DataView(new ArrayBuffer(size)),
  });
  const value = arch.relocationWidth(type) === 8 ? target.getBigUint64(0, true) : target.getUint32(0, true);
  return { failure: failure && arch.describeFailure(failure, 'm', String), value };
}

const P = aarch64.moduleArea.start;

describe('arm64 relocations', () => {
  it.each([
    ['ABS64', 257, P + 0x10, 0, 8, BigInt.asUintN(64, BigInt(P + 0x18))],
    ['PREL32', 261, P, 0, -8, 0xfffffff8],
    ['ABS16', 259, 0xbeef, 0, 0, 0xbeef],
    ['MOVW_UABS_G1_NC into movk', 266, 0x12345678, 0xf2a00000, 0, 0xf2a24680],
    ['MOVW_SABS_G0 of a negative value: movz becomes movn', 270, -1, 0xd2800000, 0, 0x92800000],
    ['ADR_PREL_LO21 into adr x1', 274, P + 6, 0x10000001, 0, 0x50000021],
    ['ADR_PREL_PG_HI21 into adrp x0', 275, P + 0x5123, 0x90000000, 0, 0xb0000020],
    ['ADD_ABS_LO12_NC into add', 277, P + 0x5123, 0x91000000, 0, 0x91048c00],
    ['TSTBR14 backwards', 279, P - 4, 0x36000000, 0, 0x3607ffe0],
    ['CONDBR19', 280, P + 8, 0x54000000, 0, 0x54000040],
    ['CALL26', 283, P + 0x1000, 0x94000000, 0, 0x94000400],
    ['CALL26 backwards', 283, P - 4, 0x94000000, 0, 0x97ffffff],
    ['LDST64_ABS_LO12_NC into ldr', 286, P + 0x5128, 0xf9400000, 0, 0xf9409400],
  ] as const)('%s', (_title, type, symbol, existing, addend, value) => {
    expect(apply(aarch64, type, symbol, existing, addend)).toEqual({ failure: undefined, value });
  });

  it.each([
    ['an unknown type', 311, 0, 'module: module m: unsupported RELA relocation: 311'],
    ['a branch too far', 283, P + 2 ** 27, 'module: module m: overflow in relocation type 283 val ffff80000c000000'],
    ['a page too far', 275, P + 2 ** 32, 'module: module m: overflow in relocation type 275 val ffff800104000000'],
    ['a word too large', 261, P + 2 ** 31, 'module: module m: overflow in relocation type 261 val ffff800084000000'],
  ] as const)('refuses %s', (_title, type, symbol, line) => {
    expect(apply(aarch64, type, symbol, 0x94000000).failure).toEqual([line]);
  });
});

const Q = i386.moduleArea.start;

describe('i386 relocations', () => {
  it.each([
    ['R_386_32 adds the symbol', 1, 0xc1000010, 4, 0xc1000014],
    ['R_386_PC32 subtracts the place', 2, Q + 0x20, -4 >>> 0, 0x1c],
    ['R_386_PLT32 does the same', 4, Q - 0x20, -4 >>> 0, -0x24 >>> 0],
  ] as const)('%s', (_title, type, symbol, existing, value) => {
    expect(apply(i386, type, symbol, existing)).toEqual({ failure: undefined, value });
  });

  it('refuses an unknown type', () => {
    expect(apply(i386, 10, 0, 0).failure).toEqual(['module: m: Unknown relocation: 10']);
  });
});

const A = armv7l.moduleArea.start;

describe('ARM relocations', () => {
  it.each([
    ['ABS32 adds the symbol', 2, 0xc0000010, 4, 0xc0000014],
    ['REL32 subtracts the place', 3, A + 0x20, 0, 0x20],
    ['CALL into bl', 28, A + 0x1008, 0xebfffffe, 0xeb000400],
    ['CALL backwards', 28, A, 0xebfffffe, 0xebfffffe],
    ['PREL31 keeps the highest bit', 42, A - 8, 0x80000000, 0xfffffff8],
    ['MOVW_ABS_NC into movw', 43, 0xc0123456, 0xe3000000, 0xe3030456],
    ['MOVT_ABS into movt', 44, 0xc0123456, 0xe3400000, 0xe34c0012],
    ['V4BX into bx lr', 40, 0, 0xe12fff1e, 0xe1a0f00e],
    ['NONE writes nothing', 0, 5, 7, 7],
  ] as const)('%s', (_title, type, symbol, existing, value) => {
    expect(apply(armv7l, type, symbol, existing)).toEqual({ failure: undefined, value });
  });

  it.each([
    ['an unknown type', 96, 0, 'm: unknown relocation: 96'],
    ['a branch too far', 28, 0xc2000000, 'm: relocation 28 out of range (0xbf800000 -> 0xc2000000)'],
    ['a Thumb function', 28, A + 0x1001, 'm: relocation 28 out of range (0xbf800000 -> 0xbf801001)'],
  ] as const)('refuses %s', (_title, type, symbol, line) => {
    expect(apply(armv7l, type, symbol, 0xebfffffe).failure).toEqual([line]);
  });
});

it.each([aarch64, i386, armv7l])('any entry of $machine is applied or refused', (arch) => {
  fc.assert(
    fc.property(
      fc.nat(400),
      fc.maxSafeInteger(),
      fc.nat(0xffffffff),
      fc.integer(),
      (type, symbol, existing, addend) => {
        const { failure } = apply(arch, type, symbol, existing, addend);
        expect(failure === undefined || failure.length === 1).toBe(true);
      },
    ),
  );
});

it('a machine that no processor here runs is refused in one line', () => {
  expect(() => requireProcessor('x86_64')).not.toThrow();
  expect(() => requireProcessor('aarch64')).toThrow(
    'a kernel of aarch64 can be checked against, but no machine runs it; machines are x86_64',
  );
  expect(() => architectureOf('riscv64')).toThrow(
    'a kernel of riscv64 can be imported, shown and compared, but loads no modules here; those that do are of x86_64, aarch64, i686, armv7l',
  );
});
