import type { Address } from '../../memory/address.ts';
import { ByteReader, EndOfBytes } from './byte-reader.ts';
import { type DecodeContext, InvalidEncoding, modrmOf } from './decode-context.ts';
import { decodeMemory } from './decode-memory.ts';
import { decodeOperand } from './decode-operand.ts';
import { decodePrefixes, operandSize } from './decode-prefixes.ts';
import { beginsVector, decodeVector } from './decode-vex.ts';
import type { Instruction, MemoryOperand, Mode, Operand } from './instruction.ts';
import type { OpcodeMap, OpcodeRow } from './opcode-row.ts';
import { TWO_BYTE } from './opcodes-0f.ts';
import { ONE_BYTE } from './opcodes-one-byte.ts';
import { MAP_0F3A, MAP_0F38 } from './opcodes-three-byte.ts';

const LOCKABLE = new Set(
  'add adc and btc btr bts cmpxchg cmpxchg8b cmpxchg16b dec inc neg not or sbb sub xor xadd xchg'.split(' '),
);

/** `truncated`: the bytes end within the instruction, or it would be longer than 15. */
export type DecodeFailure = 'invalid' | 'truncated';

/**
 * Decodes the instruction at `bytes[offset]` that stands at `address` (Intel SDM volume 2, chapter 2 and appendix A).
 * Never raises.
 */
export function decode(bytes: Uint8Array, offset: number, address: Address, mode: Mode): Instruction | DecodeFailure {
  try {
    return decodeInstruction(newContext(new ByteReader(bytes, offset), address, mode));
  } catch (error) {
    if (error instanceof EndOfBytes) return 'truncated';
    if (error instanceof InvalidEncoding) return 'invalid';
    throw error;
  }
}

function newContext(reader: ByteReader, address: Address, mode: Mode): DecodeContext {
  return {
    ...{ reader, address, mode, lock: false, repeat: undefined, operandOverride: false, addressOverride: false },
    ...{ segment: undefined, rex: -1, vexRegister: 0, opcode: 0, modrm: -1, operandSize: 32, addressSize: 32 },
  };
}

function decodeInstruction(context: DecodeContext): Instruction {
  decodePrefixes(context);
  const row = decodeOpcode(context);
  const mandatory = row.prefix === '66';
  context.operandSize = operandSize(context, row.attributes, mandatory);
  if (row.hasModrm) modrmOf(context);
  if (row.attributes.includes('modrm') && modrmOf(context) >> 6 !== 3) decodeMemory(context, 0);
  const operands = row.operands.map((code) => decodeOperand(context, code));
  const instruction = finish(context, row, operands);
  checkPrefixes(context, row, instruction);
  return instruction;
}

function decodeOpcode(context: DecodeContext): OpcodeRow {
  const { reader } = context;
  context.opcode = reader.u8();
  if (context.opcode !== 0x0f) {
    if (beginsVector(context, context.opcode)) return decodeVector(context, context.opcode);
    return findRow(context, ONE_BYTE);
  }
  context.opcode = reader.u8();
  const map = context.opcode === 0x38 ? MAP_0F38 : context.opcode === 0x3a ? MAP_0F3A : undefined;
  if (map) context.opcode = reader.u8();
  return findRow(context, map ?? TWO_BYTE);
}

/** The first row of the opcode that the ModRM byte and the prefixes allow. */
function findRow(context: DecodeContext, map: OpcodeMap): OpcodeRow {
  const row = map(context.opcode).find((candidate) => matches(context, candidate));
  if (!row) throw new InvalidEncoding();
  return row;
}

function matches(context: DecodeContext, row: OpcodeRow): boolean {
  if (row.attributes.includes(context.mode === 64 ? 'i64' : 'o64')) return false;
  if (row.attributes.includes('nop') && context.rex >= 0 && (context.rex & 1) !== 0) return false;
  if (!prefixMatches(context, row.prefix)) return false;
  if (row.modrm !== undefined) return modrmOf(context) === row.modrm;
  if (row.extension !== undefined && row.extension !== ((modrmOf(context) >> 3) & 7)) return false;
  return row.form === undefined || (modrmOf(context) >> 6 === 3) === (row.form === 'r');
}

function prefixMatches(context: DecodeContext, prefix: OpcodeRow['prefix']): boolean {
  if (prefix === undefined) return true;
  return prefix === 'nr' ? !context.repeat : prefix === mandatoryPrefix(context);
}

function mandatoryPrefix(context: DecodeContext): NonNullable<OpcodeRow['prefix']> {
  if (context.repeat) return context.repeat === 'rep' ? 'f3' : 'f2';
  return context.operandOverride ? '66' : 'np';
}

const NAME_BY_SIZE = { 16: 0, 32: 1, 64: 2 } as const;

function finish(context: DecodeContext, row: OpcodeRow, operands: Operand[]): Instruction {
  const { address, reader, addressSize, lock, repeat, segment } = context;
  const length = reader.length;
  const named = row.attributes.includes('address-name') ? addressSize : context.operandSize;
  return {
    ...{ address, length, mnemonic: row.names[NAME_BY_SIZE[named]], lock, repeat, segment, addressSize },
    operands: operands.map((operand) => (isRipRelative(operand) ? resolve(operand, address + length) : operand)),
    operandSize: context.operandSize,
  };
}

function isRipRelative(operand: Operand): operand is MemoryOperand {
  return operand.kind === 'memory' && operand.ripRelative;
}

function resolve(operand: MemoryOperand, next: Address): MemoryOperand {
  const address = operand.displacement + next;
  return { ...operand, displacement: operand.addressSize === 32 ? address >>> 0 : address };
}

function checkPrefixes({ lock }: DecodeContext, row: OpcodeRow, { mnemonic, operands }: Instruction): void {
  if (lock && !(LOCKABLE.has(mnemonic) && operands[0]?.kind === 'memory')) throw new InvalidEncoding();
  const [first] = operands;
  const intoCs = row.attributes.includes('nocs') && first?.kind === 'register' && first.number === 1;
  if (intoCs) throw new InvalidEncoding();
}
