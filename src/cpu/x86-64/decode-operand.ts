import { type DecodeContext, hasRex, InvalidEncoding, modrmOf, REX } from './decode-context.ts';
import { decodeMemory } from './decode-memory.ts';
import type { ImmediateOperand, Operand, RegisterFile, RegisterOperand, SegmentName } from './instruction.ts';

type SizeRule = (context: DecodeContext) => number;
type OperandRule = (context: DecodeContext, size: number) => Operand;

const wideOr32: SizeRule = ({ operandSize }) => (operandSize === 64 ? 64 : 32);

/** Bits by the lower-case letter of an operand code (Intel SDM volume 2, A.2.2); `a`: address size, `m`: mode, `l`: 32 or less. */
const SIZES: Readonly<Record<string, SizeRule>> = {
  '': () => 0,
  a: ({ addressSize }) => addressSize,
  b: () => 8,
  c: ({ operandSize }) => (operandSize === 64 ? 128 : 64),
  d: () => 32,
  l: ({ operandSize }) => Math.min(operandSize, 32),
  m: ({ mode }) => mode,
  p: ({ operandSize }) => operandSize + 16,
  q: () => 64,
  s: ({ mode }) => mode + 16,
  v: ({ operandSize }) => operandSize,
  w: () => 16,
  x: () => 128,
  y: wideOr32,
  z: ({ operandSize }) => Math.min(operandSize, 32),
};

function register(file: RegisterFile, number: number, size: number): RegisterOperand {
  return { kind: 'register', file, number, size };
}

function general(context: DecodeContext, number: number, size: number): RegisterOperand {
  if (size === 8 && context.rex < 0 && number >= 4) return register('gpr-high', number - 4, 8);
  return register('gpr', number, size);
}

/** ModRM.reg with REX.R, ModRM.rm with REX.B. */
function regField(context: DecodeContext): number {
  return ((modrmOf(context) >> 3) & 7) | (hasRex(context, REX.R) ? 8 : 0);
}

function rmField(context: DecodeContext): number {
  return (modrmOf(context) & 7) | (hasRex(context, REX.B) ? 8 : 0);
}

function isRegisterForm(context: DecodeContext): boolean {
  return modrmOf(context) >> 6 === 3;
}

function registerOrMemory(file: RegisterFile): OperandRule {
  return (context, size) => (isRegisterForm(context) ? rmRegister(file)(context, size) : decodeMemory(context, size));
}

function rmRegister(file: RegisterFile): OperandRule {
  return (context, size) => {
    if (file === 'gpr') return general(context, rmField(context), size);
    return register(file, file === 'mmx' ? modrmOf(context) & 7 : rmField(context), size);
  };
}

function registerOnly(file: RegisterFile): OperandRule {
  return (context, size) => {
    if (!isRegisterForm(context)) throw new InvalidEncoding();
    return rmRegister(file)(context, size);
  };
}

const memoryOnly: OperandRule = (context, size) => {
  if (isRegisterForm(context)) throw new InvalidEncoding();
  return decodeMemory(context, size);
};

const segmentRegister: OperandRule = (context) => {
  const number = (modrmOf(context) >> 3) & 7;
  if (number > 5) throw new InvalidEncoding();
  return register('segment', number, 16);
};

const CONTROL_REGISTERS = [0, 2, 3, 4, 8];

const controlRegister: OperandRule = (context) => {
  const number = regField(context);
  if (!CONTROL_REGISTERS.includes(number)) throw new InvalidEncoding();
  return register('control', number, context.mode);
};

const debugRegister: OperandRule = (context) => {
  const number = regField(context);
  if (number > 7) throw new InvalidEncoding();
  return register('debug', number, context.mode);
};

const absolute: OperandRule = (context, size) => {
  const { reader, addressSize } = context;
  const low = addressSize === 16 ? reader.u16() : reader.s32() >>> 0;
  const displacement = addressSize === 64 ? low + reader.s32() * 2 ** 32 : low;
  return {
    ...{ kind: 'memory', base: -1, index: -1, scale: 1, displacement, ripRelative: false, size, addressSize },
    segment: context.segment,
  };
};

const farPointer: OperandRule = ({ reader, operandSize }) => {
  const low = operandSize === 16 ? reader.u16() : reader.s32();
  return { kind: 'immediate', low, high: reader.u16(), size: operandSize + 16 };
};

const target: OperandRule = (context, size) => {
  const { reader, address, mode, operandSize } = context;
  const offset = size === 8 ? reader.s8() : size === 16 ? (reader.u16() << 16) >> 16 : reader.s32();
  const to = address + reader.length + offset;
  return { kind: 'target', address: mode === 64 ? to : operandSize === 16 ? to & 0xffff : to >>> 0 };
};

/** Sign-extends a 32-bit constant. */
function immediate(low: number, size: number): ImmediateOperand {
  return { kind: 'immediate', low, high: low >> 31, size };
}

const constant: OperandRule = ({ reader }, size) => {
  if (size === 8) return immediate(reader.u8(), 8);
  if (size === 16) return immediate(reader.u16(), 16);
  const low = reader.s32();
  return size === 64 ? { kind: 'immediate', low, high: reader.s32(), size } : immediate(low, 32);
};

/** Iz meets an operand of the whole operand size: sign-extended. */
const constantOf32: OperandRule = ({ reader, operandSize }) =>
  operandSize === 16 ? immediate(reader.u16(), 16) : immediate(reader.s32(), operandSize);

/** A register of at least 32 bits, or memory that is narrower. */
function wideRegisterOrMemory(memorySize: number): OperandRule {
  return (context) =>
    isRegisterForm(context) ? rmRegister('gpr')(context, wideOr32(context)) : decodeMemory(context, memorySize);
}

/** Operand codes whose meaning does not split into a letter and a size. */
const WHOLE: Readonly<Record<string, OperandRule>> = {
  AL: () => register('gpr', 0, 8),
  CL: () => register('gpr', 1, 8),
  DX: () => register('gpr', 2, 16),
  eAX: ({ operandSize }) => register('gpr', 0, Math.min(operandSize, 32)),
  rAX: ({ operandSize }) => register('gpr', 0, operandSize),
  '1': () => immediate(1, 8),
  Is: ({ reader, operandSize }) => immediate(reader.s8(), operandSize),
  Iz: constantOf32,
  Es: (context, size) => (isRegisterForm(context) ? rmRegister('gpr')(context, size) : decodeMemory(context, 16)),
  Ec: wideRegisterOrMemory(8),
  Eh: wideRegisterOrMemory(16),
  Ap: farPointer,
};

const SEGMENTS: readonly SegmentName[] = ['es', 'cs', 'ss', 'ds', 'fs', 'gs'];
for (const [number, name] of SEGMENTS.entries()) {
  (WHOLE as Record<string, OperandRule>)[name.toUpperCase()] = () => register('segment', number, 16);
}

/** Rules by the capital letter of an operand code. */
const RULES: Readonly<Record<string, OperandRule>> = {
  B: (context, size) => register('gpr', context.vexRegister, size),
  C: controlRegister,
  D: debugRegister,
  E: registerOrMemory('gpr'),
  F: rmRegister('gpr'),
  G: (context, size) => general(context, regField(context), size),
  I: constant,
  J: target,
  M: memoryOnly,
  N: registerOnly('mmx'),
  O: absolute,
  P: (context) => register('mmx', (modrmOf(context) >> 3) & 7, 64),
  Q: registerOrMemory('mmx'),
  R: registerOnly('gpr'),
  S: segmentRegister,
  U: registerOnly('xmm'),
  V: (context) => register('xmm', regField(context), 128),
  W: registerOrMemory('xmm'),
  Z: (context, size) => general(context, (context.opcode & 7) | (hasRex(context, REX.B) ? 8 : 0), size),
};

/** Decodes one operand by its code. Raises InvalidEncoding, EndOfBytes. */
export function decodeOperand(context: DecodeContext, code: string): Operand {
  const whole = WHOLE[code];
  if (whole) return whole(context, context.operandSize);
  return RULES[code[0]!]!(context, SIZES[code.slice(1)]!(context));
}
