import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FormatContext } from '../../src/kernel-api/vsprintf/format-context.ts';
import { listArguments } from '../../src/kernel-api/vsprintf/format-context.ts';
import { vsprintf } from '../../src/kernel-api/vsprintf/vsprintf.ts';
import { AddressSpace } from '../../src/memory/address-space.ts';
import { READ_WRITE } from '../../src/memory/mapping.ts';

const BASE = 0x10000;

function context(bytes: readonly number[], pointers: FormatContext['pointers'] = 'unready'): FormatContext {
  const memory = new AddressSpace();
  memory.map(BASE, Uint8Array.from([...bytes, ...new Array(64).fill(0)]), READ_WRITE, 'test');
  return {
    memory,
    offset: () => 0,
    symbol: (address, style) => `${style}:${address}`,
    pointers,
    kptrRestrict: 0,
    warnOnce: () => undefined,
  };
}

function print(format: string, ...values: (bigint | number)[]): string {
  return vsprintf(context([]), format, listArguments(values.map(BigInt)));
}

function printBytes(format: string, bytes: readonly number[], ...before: number[]): string {
  return vsprintf(context(bytes), format, listArguments([...before, BASE].map(BigInt)));
}

describe('integers and characters, as the recorded kernel printed them', () => {
  test.each<[string, (bigint | number)[], string]>([
    ['%d %i %u', [-42, 42, 42], '-42 42 42'],
    ['%x %X %#x %#X %o %#o', [0xbeef, 0xbeef, 0xbeef, 0xbeef, 8, 8], 'beef BEEF 0xbeef 0XBEEF 10 010'],
    ['[%5d] [%-5d|] [%05d] [%+d] [% d]', [42, 42, 42, 42, 42], '[   42] [42   |] [00042] [+42] [ 42]'],
    ['[%5.3d] [%.0d] [%+05d] [%-05d|]', [7, 0, 42, 42], '[  007] [0] [+0042] [42   |]'],
    [
      '[%#08x] [%#-10x|] [%*d] [%-*d|] [%.*d]',
      [0x1f, 0x1f, 6, 42, 6, 42, 4, 42],
      '[0x00001f] [0x1f      |] [    42] [42    |] [0042]',
    ],
    ['%hhd %hhu %hd %hu', [300, 255, 70000, 65535], '44 255 4464 65535'],
    ['%ld %lu %lld %zd %Ld', [-1, -1, -1, -1, -5], '-1 18446744073709551615 -1 -1 -5'],
    ['%#018llx', [0xabc], '0x0000000000000abc'],
    ['%d %x', [-2147483648, -1], '-2147483648 ffffffff'],
    ['[%c] [%5c] [%-5c|] %%', [90, 97, 98], '[Z] [    a] [b    |] %'],
    ['[%s] [%10s] [%.2s] [%s]', [0, 0, 0, 8], '[(null)] [    (null)] [(n] [(efault)]'],
    ['%pe %pe %pe', [-2, -517, -4095], '-ENOENT -EPROBE_DEFER -4095'],
    [
      '%p %p %px [%20p]',
      [0, -12, 0x1234, 0],
      '0000000000000000 fffffffffffffff4 0000000000001234 [                   0]',
    ],
    ['%p', [0x1234], '(____ptrval____)'],
    ['bad %n|', [1], 'bad '],
  ])('%s', (format, values, text) => {
    expect(print(format, ...values)).toBe(text);
  });
});

describe('what a pointer points to', () => {
  test.each<[string, number[], number[], string]>([
    ['%pI4 %%', [192, 168, 0, 1], [], '192.168.0.1 %'],
    ['%pi4', [192, 168, 0, 1], [], '192.168.000.001'],
    ['%pI4h', [192, 168, 0, 1], [], '1.0.168.192'],
    ['%pI6c', [0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], [], '2001:db8::1'],
    ['%pM', [0, 0x11, 0x22, 0xaa, 0xbb, 0xcc], [], '00:11:22:aa:bb:cc'],
    ['%pmR', [0, 0x11, 0x22, 0xaa, 0xbb, 0xcc], [], 'ccbbaa221100'],
    ['%*phC', [0, 1, 2, 0xfe], [4], '00:01:02:fe'],
    ['%*pbl', [0x78, 4, 0, 0, 0xff, 0, 0, 0], [40], '3-6,10,32-39'],
    ['%*pb', [0x78, 4, 0, 0, 0xff, 0, 0, 0], [40], 'ff,00000478'],
    ['%*pE', [0, 1, 0xfe, 97, 10], [5], '\\0\\001\xfea\\n'],
    ['%pGg', [0xc0, 0x0d, 0, 0], [], 'GFP_KERNEL|__GFP_ZERO'],
    ['%ptTs', [0x00, 0xf1, 0x53, 0x65, 0, 0, 0, 0], [], '2023-11-14 22:13:20'],
    [
      '%pUl',
      [0x78, 0x56, 0x34, 0x12, 0xbc, 0x9a, 0xf0, 0xde, 1, 2, 3, 4, 5, 6, 7, 8],
      [],
      '12345678-9abc-def0-0102-030405060708',
    ],
  ])('%s', (format, bytes, before, text) => {
    expect(printBytes(format, bytes, ...before)).toBe(text);
  });
});

test('a hashed pointer is the same for the same address and does not show it', () => {
  const hash = (address: number) => vsprintf(context([], 'hashed'), '%p', listArguments([BigInt(address)]));
  expect(hash(0x1234)).toBe(hash(0x1234));
  expect(hash(0x1234)).not.toBe(hash(0x1235));
  expect(hash(0x1234)).toMatch(/^00000000[0-9a-f]{8}$/);
});

test('any format with any numbers gives a text or a fault of guest memory, and nothing else', () => {
  const piece = fc.oneof(
    fc.string(),
    fc.constantFrom('%', '%p', '%5', '.*', '*', 'll', 'd', 's', 'S', 'I6', 'U', 'E', 'b', 't', 'V'),
  );
  const values = fc.array(fc.oneof(fc.bigInt({ min: -(1n << 63n), max: (1n << 64n) - 1n }), fc.constant(BigInt(BASE))));
  fc.assert(
    fc.property(fc.array(piece), values, (pieces, args) => {
      const bounded = args.map((value) => (value > 1000n && value < 1n << 32n ? 1000n : value));
      try {
        expect(typeof vsprintf(context([1, 2, 3]), pieces.join(''), listArguments(bounded))).toBe('string');
      } catch (error) {
        expect((error as Error).name).toBe('GuestFault');
      }
    }),
  );
});
