import { describe, expect, it } from 'vitest';
import { type OpcodeMap, parseOpcodeMap } from '../../../src/cpu/x86-64/opcode-row.ts';
import { TWO_BYTE } from '../../../src/cpu/x86-64/opcodes-0f.ts';
import { ONE_BYTE } from '../../../src/cpu/x86-64/opcodes-one-byte.ts';
import { MAP_0F3A, MAP_0F38, VEX_GENERAL } from '../../../src/cpu/x86-64/opcodes-three-byte.ts';

const BYTES = Array.from({ length: 256 }, (_, byte) => byte);
const MAPS: readonly (readonly [string, OpcodeMap])[] = [
  ['one byte', ONE_BYTE],
  ['0F', TWO_BYTE],
  ['0F 38', MAP_0F38],
  ['0F 3A', MAP_0F3A],
  ['VEX 0F 38', VEX_GENERAL[2]!],
  ['VEX 0F 3A', VEX_GENERAL[3]!],
];

describe('opcode tables', () => {
  it.each(MAPS)('every line of %s can be read', (_name, map) => {
    const names = BYTES.flatMap((byte) => map(byte)).flatMap((row) => row.names);
    expect(names.filter((name) => !/^[a-z][a-z0-9]*$/.test(name))).toEqual([]);
  });

  it('expands a range, a digit, a form, a prefix and attributes', () => {
    const map = parseOpcodeMap('c0-c1/3m.f3 short/middle/long Ev,Ib [d64]');
    expect(map(0xc1)).toEqual([
      {
        names: ['short', 'middle', 'long'],
        operands: ['Ev', 'Ib'],
        extension: 3,
        form: 'm',
        modrm: undefined,
        prefix: 'f3',
        hasModrm: true,
        attributes: ['d64'],
      },
    ]);
    expect(map(0xc2)).toEqual([]);
  });
});
