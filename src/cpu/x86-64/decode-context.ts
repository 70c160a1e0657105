import type { Address } from '../../memory/address.ts';
import type { ByteReader } from './byte-reader.ts';
import type { Mode, SegmentName } from './instruction.ts';

/** What the prefixes and the opcode have said so far, while an instruction is being decoded. */
export interface DecodeContext {
  readonly reader: ByteReader;
  readonly address: Address;
  readonly mode: Mode;
  lock: boolean;
  repeat: 'rep' | 'repne' | undefined;
  /** 66. */
  operandOverride: boolean;
  /** 67. */
  addressOverride: boolean;
  segment: SegmentName | undefined;
  /** REX bits W R X B (8 4 2 1); -1: no REX prefix. */
  rex: number;
  /** VEX.vvvv. */
  vexRegister: number;
  opcode: number;
  /** -1 until read. */
  modrm: number;
  operandSize: 16 | 32 | 64;
  addressSize: 16 | 32 | 64;
}

/** REX.W, REX.R, REX.X, REX.B as bits. */
export const REX = { W: 8, R: 4, X: 2, B: 1 } as const;

/** True when the REX prefix is there and has `bit`. */
export function hasRex(context: DecodeContext, bit: number): boolean {
  return context.rex >= 0 && (context.rex & bit) !== 0;
}

/** The ModRM byte, read on first use. */
export function modrmOf(context: DecodeContext): number {
  if (context.modrm < 0) context.modrm = context.reader.u8();
  return context.modrm;
}

/** Raised when the bytes are no instruction. */
export class InvalidEncoding extends Error {}
