import type { Address } from '../../memory/address.ts';

/** Default operand and address size: long mode (x86-64) or protected mode (i386). */
export type Mode = 32 | 64;

/** Which register file a register operand belongs to. `gpr-high`: ah, ch, dh, bh. */
export type RegisterFile = 'gpr' | 'gpr-high' | 'segment' | 'control' | 'debug' | 'mmx' | 'xmm';

/** A register; `number` as encoded (0–15), `size` in bits. */
export interface RegisterOperand {
  readonly kind: 'register';
  readonly file: RegisterFile;
  readonly number: number;
  readonly size: number;
}

/** Segment overrides by their encoding order: es cs ss ds fs gs. */
export type SegmentName = 'es' | 'cs' | 'ss' | 'ds' | 'fs' | 'gs';

/** `base + index * scale + displacement`; -1: no such register. `size`: bits read or written, 0 when it is only an address. */
export interface MemoryOperand {
  readonly kind: 'memory';
  readonly base: number;
  readonly index: number;
  readonly scale: number;
  /** Signed; for a rip-relative operand the absolute address. */
  readonly displacement: number;
  readonly ripRelative: boolean;
  readonly segment: SegmentName | undefined;
  readonly size: number;
  readonly addressSize: 16 | 32 | 64;
}

/** A constant, sign-extended to 64 bits as two 32-bit halves. `size`: bits of the operand it meets. */
export interface ImmediateOperand {
  readonly kind: 'immediate';
  readonly low: number;
  readonly high: number;
  readonly size: number;
}

/** Where a direct branch goes. */
export interface TargetOperand {
  readonly kind: 'target';
  readonly address: Address;
}

/** An operand of an instruction, by its `kind`. */
export type Operand = RegisterOperand | MemoryOperand | ImmediateOperand | TargetOperand;

/** One decoded instruction. */
export interface Instruction {
  readonly address: Address;
  /** Bytes, 1–15. */
  readonly length: number;
  /** Lower case, by the assembler's Intel names; string operations carry their width (`stosq`). */
  readonly mnemonic: string;
  readonly operands: readonly Operand[];
  /** Bits. */
  readonly operandSize: 16 | 32 | 64;
  readonly addressSize: 16 | 32 | 64;
  readonly lock: boolean;
  readonly repeat: 'rep' | 'repne' | undefined;
  readonly segment: SegmentName | undefined;
}
