import * as iced from 'iced-x86';
import { decode } from '../../../src/cpu/x86-64/decode.ts';
import type {
  Instruction,
  MemoryOperand,
  Mode,
  Operand,
  RegisterOperand,
} from '../../../src/cpu/x86-64/instruction.ts';

const GENERAL: Readonly<Record<number, readonly string[]>> = {
  8: 'al cl dl bl spl bpl sil dil r8l r9l r10l r11l r12l r13l r14l r15l'.split(' '),
  16: 'ax cx dx bx sp bp si di r8w r9w r10w r11w r12w r13w r14w r15w'.split(' '),
  32: 'eax ecx edx ebx esp ebp esi edi r8d r9d r10d r11d r12d r13d r14d r15d'.split(' '),
  64: 'rax rcx rdx rbx rsp rbp rsi rdi r8 r9 r10 r11 r12 r13 r14 r15'.split(' '),
};
const HIGH_BYTES = ['ah', 'ch', 'dh', 'bh'];
const SEGMENTS = ['es', 'cs', 'ss', 'ds', 'fs', 'gs'];
const PREFIX_BY_FILE: Readonly<Record<string, string>> = { control: 'cr', debug: 'dr', mmx: 'mm', xmm: 'xmm' };

/** Our names for what iced tells apart, and the other way round. */
const SAME_MNEMONIC: Readonly<Record<string, string>> = {
  prefetchwt1: 'prefetch',
  sal: 'shl',
  reservednop: 'nop',
  cldemote: 'nop',
  prefetchw: 'prefetch',
  prefetchit0: 'nop',
  prefetchit1: 'nop',
  sysret: 'sysretd',
  sysexit: 'sysexitd',
  pushf: 'pushfw',
  popf: 'popfw',
  pusha: 'pushaw',
  popa: 'popaw',
  iret: 'iretw',
};
/** Instruction sets that we decode to their length only. */
const LENGTH_ONLY = ['x87', 'vector', 'maskmovq', 'maskmovdqu'];

function registerText({ file, number, size }: RegisterOperand): string {
  if (file === 'gpr') return GENERAL[size]![number]!;
  if (file === 'gpr-high') return HIGH_BYTES[number]!;
  return file === 'segment' ? SEGMENTS[number]! : `${PREFIX_BY_FILE[file]}${number}`;
}

function memoryText(operand: MemoryOperand): string {
  const names = GENERAL[operand.addressSize]!;
  const base = operand.ripRelative ? (operand.addressSize === 64 ? 'rip' : 'eip') : (names[operand.base] ?? '');
  const index = operand.index < 0 ? '' : `${names[operand.index]}*${operand.scale}`;
  const displacement = BigInt.asUintN(operand.addressSize, BigInt(operand.displacement)).toString(16);
  return `${operand.segment ?? ''}:[${base}+${index}+${displacement}]`;
}

function operandText(operand: Operand): string {
  if (operand.kind === 'register') return registerText(operand);
  if (operand.kind === 'memory') return memoryText(operand);
  if (operand.kind === 'target') return BigInt.asUintN(64, BigInt(operand.address)).toString(16);
  return ((BigInt(operand.high) << 32n) | BigInt(operand.low >>> 0)).toString();
}

/** One line that says all of a decoded instruction that iced also knows. */
function ourText({ mnemonic, operands }: Instruction): string {
  return `${SAME_MNEMONIC[mnemonic] ?? mnemonic} ${operands.map(operandText).join(',')}`;
}

const registerName = (register: iced.Register): string =>
  register === iced.Register.None ? '' : iced.Register[register]!.toLowerCase();

function icedMemory(instruction: iced.Instruction, ours: MemoryOperand, mode: number): string {
  const base = registerName(instruction.memoryBase);
  const name = registerName(instruction.memoryIndex);
  const index = name && `${name}*${instruction.memoryIndexScale}`;
  const prefix = registerName(instruction.segmentPrefix);
  const meant = mode === 64 && prefix !== 'fs' && prefix !== 'gs' ? '' : prefix;
  const exact = BigInt(Number(BigInt.asIntN(64, instruction.memoryDisplacement)));
  return `${meant}:[${base}+${index}+${BigInt.asUintN(ours.addressSize, exact).toString(16)}]`;
}

function icedOperand(instruction: iced.Instruction, index: number, ours: Operand | undefined): string {
  const kind = instruction.opKind(index);
  if (kind === iced.OpKind.Register) return registerName(instruction.opRegister(index));
  if (kind === iced.OpKind.Memory)
    return ours?.kind === 'memory'
      ? icedMemory(instruction, ours, instruction.codeSize === iced.CodeSize.Code64 ? 64 : 32)
      : 'memory';
  if (kind === iced.OpKind.FarBranch16 || kind === iced.OpKind.FarBranch32) return ours ? operandText(ours) : '';
  if (ours?.kind === 'target') return instruction.nearBranchTarget.toString(16);
  if (ours?.kind === 'immediate') return immediateLike(instruction.immediate(index), ours.size, ours.low);
  return iced.OpKind[kind]!;
}

/** iced sign-extends to the operand; so do we, but bytes and words we keep unsigned. */
function immediateLike(value: bigint, size: number, low: number): string {
  if (size === 8) return (low < 0 ? BigInt.asIntN(8, value) : BigInt.asUintN(8, value)).toString();
  if (size === 16) return (low < 0 ? BigInt.asIntN(16, value) : BigInt.asUintN(16, value)).toString();
  return size === 32 ? BigInt.asIntN(32, value).toString() : BigInt.asIntN(64, value).toString();
}

function icedText(instruction: iced.Instruction, { operands }: Instruction): string {
  const name = iced.Mnemonic[instruction.mnemonic]!.toLowerCase();
  const texts = operands.map((ours, index) => icedOperand(instruction, index, ours));
  return `${SAME_MNEMONIC[name] ?? name} ${texts.join(',')}`;
}

function memorySizeDiffers(instruction: iced.Instruction, { mnemonic, operands }: Instruction): boolean {
  const memory = operands.find((operand) => operand.kind === 'memory');
  if (mnemonic === 'nop' || !memory || memory.size === 0) return false;
  const theirs = 8 * iced.MemorySizeExt.size(instruction.memorySize);
  return theirs !== 0 && theirs !== memory.size;
}

/**
 * Decodes with iced and with our decoder. Undefined when both agree in validity, length, mnemonic, operands and size of
 * the memory operand; otherwise what each says.
 */
export function decodeDifference(
  decoder: iced.Decoder,
  bytes: Uint8Array,
  offset: number,
  mode: Mode,
): string | undefined {
  const ours = decode(bytes, offset, Number(decoder.ip), mode);
  const theirs = decoder.decode();
  try {
    return compare(ours, theirs);
  } finally {
    theirs.free();
  }
}

/** Vendor extensions and instructions of user space that no kernel module has: #UD with us. */
const BEYOND_SCOPE =
  /PADLOCK|D3NOW|CET|MONITORX|PTWRITE|SNP|TDX|SEV|SVM|CYRIX|GEODE|MPX|UINTR|FRED|HRESET|RAO|WAITPKG|KEYLOCKER|AESKLE|SERIALIZE|TSXLDTRK|PCONFIG|ENCLV|SGX|MCOMMIT|RDPRU|INVLPGB|SMX|RTM|TBM|XOP|CENTAUR|LKGS|MSRLIST|WRMSRNS|AMX|USER_MSR|RDTSCP|SSE4A|MOVDIR|ENQCMD|OSS|UDBG|PREFETCHW|GMI|CL1INVMB|SKINIT|PREFETCHITI|SMM|CYRIX|TCE|VMX|UDBG|ALTINST|PBNDKB|^KL$|WIDE_KL/;

function isBeyondScope(instruction: iced.Instruction): boolean {
  const features = [...instruction.cpuidFeatures()].map((feature) => iced.CpuidFeature[feature]!);
  return features.some((feature) => BEYOND_SCOPE.test(feature));
}

function compare(ours: ReturnType<typeof decode>, theirs: iced.Instruction): string | undefined {
  if (isBeyondScope(theirs)) return undefined;
  if (typeof ours === 'string' || theirs.isInvalid) {
    if (typeof ours === 'string' && theirs.isInvalid) return undefined;
    if (typeof ours !== 'string' && LENGTH_ONLY.includes(ours.mnemonic)) return undefined;
    return `ours ${typeof ours === 'string' ? ours : ourText(ours)}, iced ${iced.Mnemonic[theirs.mnemonic]}`;
  }
  if (ours.length !== theirs.length) return `${ours.mnemonic}: length ${ours.length}, iced ${theirs.length}`;
  if (LENGTH_ONLY.includes(ours.mnemonic)) return undefined;
  const [left, right] = [ourText(ours), icedText(theirs, ours)];
  if (left !== right) return `ours ${left}, iced ${right}`;
  return memorySizeDiffers(theirs, ours) ? `${left}: size of memory operand` : undefined;
}
