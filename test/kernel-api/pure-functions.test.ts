import { expect, test } from 'vitest';
import { checksumFunctions } from '../../src/kernel-api/functions/library/checksums.ts';
import { cryptoLibraryFunctions } from '../../src/kernel-api/functions/library/crypto-lib.ts';
import type { GuestCall, KernelFunctionRow } from '../../src/kernel-api/kernel-function.ts';
import { AddressSpace } from '../../src/memory/address-space.ts';
import { READ_WRITE } from '../../src/memory/mapping.ts';

const PLACE = 0x1000;
const OUT = 0x1800;

/** Calls a model over memory that holds these bytes at {@link PLACE}; numbers are arguments. */
function call(rows: readonly KernelFunctionRow[], name: string, bytes: readonly number[], args: readonly number[]) {
  const memory = new AddressSpace();
  memory.map(PLACE, new Uint8Array(0x1000), READ_WRITE, 'test');
  memory.view(PLACE, bytes.length, 'write').set(bytes);
  const number = (index: number): number => args[index]!;
  const guest = {
    memory,
    int: number,
    unsigned: (index: number) => number(index) >>> 0,
    size: number,
    pointer: number,
    long: (index: number) => BigInt.asUintN(64, BigInt(number(index))),
  };
  const value = rows.find((row) => row.name === name)!.run(guest as unknown as GuestCall);
  return { value, memory };
}

const DIGITS = [...'123456789'].map((digit) => digit.charCodeAt(0));

test.each([
  ['crc32_le', 0xcbf43926 ^ 0xffffffff],
  ['__crc32c_le', 0xe3069283 ^ 0xffffffff],
  ['crc32_be', 0x0376e6e7],
])('%s of the nine digits is the catalogued check value', (name, expected) => {
  expect(call(checksumFunctions(), name, DIGITS, [0xffffffff, PLACE, 9]).value).toBe(expected >>> 0);
});

test('__sw_hweight32 counts the set bits of 32', () => {
  expect(
    [0, 1, 0x80000001, 0xffffffff].map((word) => call(checksumFunctions(), '__sw_hweight32', [], [word]).value),
  ).toEqual([0, 1, 2, 32]);
});

test('a ChaCha block is that of RFC 8439, section 2.3.2, and the counter goes up', () => {
  const words = [0x61707865, 0x3320646e, 0x79622d32, 0x6b206574];
  const key = Array.from({ length: 32 }, (_, index) => index);
  const bytes = [
    ...words.flatMap((word) => [0, 8, 16, 24].map((shift) => (word >>> shift) & 0xff)),
    ...key,
    ...[1, 0, 0, 0, 0, 0, 0, 9, 0, 0, 0, 0x4a, 0, 0, 0, 0],
  ];
  const { memory } = call(cryptoLibraryFunctions(), 'chacha_block_generic', bytes, [PLACE, OUT, 20]);
  expect(Array.from(memory.view(OUT, 16, 'read'), (byte) => byte.toString(16).padStart(2, '0')).join('')).toBe(
    '10f1e7e4d13b5915500fdd1fa32071c4',
  );
  expect(memory.readU32(PLACE + 48)).toBe(2);
});
