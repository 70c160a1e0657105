import fc from 'fast-check';
import * as iced from 'iced-x86';
import { describe, expect, it } from 'vitest';
import { decode } from '../../../src/cpu/x86-64/decode.ts';
import type { Instruction, Mode } from '../../../src/cpu/x86-64/instruction.ts';
import { decodeDifference } from './decode-oracle.ts';

function bytesOf(code: string): Uint8Array {
  return Uint8Array.from(code.split(' '), (byte) => Number.parseInt(byte, 16));
}

function differenceOf(bytes: Uint8Array, mode: Mode): string | undefined {
  const decoder = new iced.Decoder(mode, bytes, iced.DecoderOptions.None);
  decoder.ip = 0x1000n;
  try {
    return decodeDifference(decoder, bytes, 0, mode);
  } finally {
    decoder.free();
  }
}

const CASES: readonly (readonly [Mode, string, string])[] = [
  [64, '48 8b 04 cd 00 00 00 80', 'mov rax with an index, a scale and no base'],
  [64, '65 48 8b 04 25 28 00 00 00', 'mov rax from gs'],
  [64, '48 8b 05 10 00 00 00', 'mov rax relative to rip'],
  [64, '42 8a 64 25 00', 'mov with r12 as an index'],
  [64, '41 8b 04 24', 'mov with r12 as a base'],
  [64, '40 88 e0', 'mov from spl, because a REX prefix is there'],
  [64, '88 e0', 'mov from ah'],
  [64, '66 41 c7 00 34 12', 'mov of a 16-bit immediate'],
  [64, '48 b8 ef cd ab 89 67 45 23 81', 'mov of a 64-bit immediate'],
  [64, '48 c7 c0 ff ff ff ff', 'mov of a sign-extended immediate'],
  [64, 'f0 48 0f c7 0f', 'lock cmpxchg16b'],
  [64, 'f3 48 ab', 'rep stosq'],
  [64, 'e8 fb ff ff ff', 'call to itself'],
  [64, '0f 85 00 01 00 00', 'jne far ahead'],
  [64, 'f3 0f 1e fa', 'endbr64'],
  [64, '66 66 2e 0f 1f 84 00 00 00 00 00', 'a long nop'],
  [64, 'f3 4d 0f bc c0', 'tzcnt'],
  [64, 'c4 e2 c9 f7 c7', 'shlx'],
  [64, 'c5 f8 77', 'vzeroupper'],
  [64, '62 f1 7d 48 6f 07', 'an EVEX move'],
  [64, '06', 'push es, which long mode lacks'],
  [64, 'f0 90', 'lock on nop'],
  [64, '48', 'a prefix and nothing more'],
  [32, '06', 'push es'],
  [32, '40', 'inc eax'],
  [32, '67 8b 42 10', 'mov with 16-bit addressing'],
  [32, 'c5 07', 'lds'],
  [32, '62 07', 'bound'],
  [32, 'ea 78 56 34 12 10 00', 'a far jump'],
  [32, 'a1 78 56 34 12', 'mov eax from an absolute address'],
];

describe('decode', () => {
  it.each(CASES)('agrees with iced-x86 in %i-bit mode on %s: %s', (mode, code) => {
    expect(differenceOf(bytesOf(code), mode)).toBeUndefined();
  });

  it('resolves a rip-relative operand to the absolute address', () => {
    const { operands } = decode(bytesOf('48 8b 05 10 00 00 00'), 0, -0x3fdff000, 64) as Instruction;
    expect(operands[1]).toMatchObject({ displacement: -0x3fdff000 + 7 + 0x10, ripRelative: true });
  });

  it('says truncated when the bytes end within the instruction', () => {
    expect(decode(bytesOf('48 b8 01'), 0, 0, 64)).toBe('truncated');
  });

  const prefixes = fc.subarray([0x66, 0x67, 0xf2, 0xf3, 0x64, 0x2e], { maxLength: 2 });
  const lead = fc.constantFrom([], [0x0f], [0x48], [0x4d], [0x0f, 0x38], [0x0f, 0x3a], [0x48, 0x0f], [0xf0]);
  const instruction = fc
    .tuple(prefixes, lead, fc.uint8Array({ minLength: 16, maxLength: 16 }))
    .map(([first, second, rest]) => Uint8Array.of(...first, ...second, ...rest));

  it.each([64, 32] as const)('agrees with iced-x86 in %i-bit mode on any bytes', (mode) => {
    fc.assert(
      fc.property(instruction, (bytes) => {
        expect(differenceOf(bytes, mode)).toBeUndefined();
      }),
      { numRuns: 4000, seed: 6180 },
    );
  });
});
