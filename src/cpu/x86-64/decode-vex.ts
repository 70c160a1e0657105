import { type DecodeContext, InvalidEncoding, modrmOf, REX } from './decode-context.ts';
import { decodeMemory } from './decode-memory.ts';
import type { OpcodeRow } from './opcode-row.ts';
import { VEX_GENERAL } from './opcodes-three-byte.ts';

const PREFIX_BY_PP = ['np', '66', 'f3', 'f2'] as const;
const IMMEDIATE_IN_MAP_1 = new Set([0x70, 0x71, 0x72, 0x73, 0xc2, 0xc4, 0xc5, 0xc6]);
const VZEROUPPER = 0x77;

const VECTOR_ROW: OpcodeRow = {
  names: ['vector', 'vector', 'vector'],
  operands: [],
  extension: undefined,
  form: undefined,
  modrm: undefined,
  prefix: undefined,
  hasModrm: false,
  attributes: [],
};

/** True when C4, C5 or 62 begins a VEX or EVEX prefix here. */
export function beginsVector(context: DecodeContext, opcode: number): boolean {
  if (opcode !== 0xc4 && opcode !== 0xc5 && opcode !== 0x62) return false;
  return context.mode === 64 || context.reader.peek() >= 0xc0;
}

/** Decodes a VEX or EVEX instruction: BMI fully, all else to its length as `vector` (Intel SDM volume 2, 2.3 and 2.7). */
export function decodeVector(context: DecodeContext, opcode: number): OpcodeRow {
  if (context.rex >= 0 || context.operandOverride || context.repeat || context.lock) throw new InvalidEncoding();
  const { map, pp } = opcode === 0xc5 ? shortForm(context) : opcode === 0xc4 ? longForm(context) : evexForm(context);
  context.opcode = context.reader.u8();
  const row = opcode === 0x62 ? undefined : generalRow(context, map, PREFIX_BY_PP[pp]!);
  if (row) return row;
  skipVector(context, map);
  return VECTOR_ROW;
}

interface VexFields {
  readonly map: number;
  readonly pp: number;
}

function shortForm(context: DecodeContext): VexFields {
  const byte = context.reader.u8();
  context.rex = (byte & 0x80) === 0 ? REX.R : 0;
  return { map: 1, pp: lastByte(context, byte) };
}

function longForm(context: DecodeContext): VexFields {
  const first = context.reader.u8();
  const second = context.reader.u8();
  context.rex = (~first >> 5) & 7;
  if ((second & 0x80) !== 0) context.rex |= REX.W;
  return { map: first & 0x1f, pp: lastByte(context, second) };
}

function evexForm(context: DecodeContext): VexFields {
  const first = context.reader.u8();
  const second = context.reader.u8();
  context.reader.u8();
  context.rex = (~first >> 5) & 7;
  return { map: first & 7, pp: lastByte(context, second) };
}

function lastByte(context: DecodeContext, byte: number): number {
  context.vexRegister = (~byte >> 3) & 15;
  return byte & 3;
}

function generalRow(context: DecodeContext, map: number, prefix: string): OpcodeRow | undefined {
  const rows = VEX_GENERAL[map]?.(context.opcode);
  const row = rows?.find(
    (row) => row.prefix === prefix && (row.extension === undefined || row.extension === ((modrmOf(context) >> 3) & 7)),
  );
  const usesRegister = row?.operands.some((code) => code.startsWith('B'));
  if (row && !usesRegister && context.vexRegister !== 0) throw new InvalidEncoding();
  return row;
}

function skipVector(context: DecodeContext, map: number): void {
  if (map === 0) throw new InvalidEncoding();
  if (map === 1 && context.opcode === VZEROUPPER) return;
  if (modrmOf(context) >> 6 !== 3) decodeMemory(context, 0);
  if (map === 3 || (map === 1 && IMMEDIATE_IN_MAP_1.has(context.opcode))) context.reader.u8();
}
