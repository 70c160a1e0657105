import { decode } from '../../../../src/cpu/x86-64/decode.ts';
import type { Instruction, MemoryOperand, Operand } from '../../../../src/cpu/x86-64/instruction.ts';
import { CODE } from './instruction-case.ts';
import type { Random } from './random.ts';

const CONDITIONS = 'o no b ae e ne be a s ns p np l ge le g'.split(' ');

/** What the generator may choose: all that user mode may execute and that has no effect but on registers, flags and data. */
const WANTED = new Set(
  (
    'add or adc sbb and sub xor cmp test inc dec neg not mul imul div idiv mov movzx movsx movsxd lea xchg bswap movbe ' +
    'cbw cwde cdqe cwd cdq cqo xlatb movsb movsw movsd movsq stosb stosw stosd stosq lodsb lodsw lodsd lodsq cmpsb cmpsw ' +
    'cmpsd cmpsq scasb scasw scasd scasq rol ror rcl rcr shl shr sar shld shrd bt bts btr btc bsf bsr tzcnt lzcnt popcnt ' +
    'xadd cmpxchg cmpxchg8b cmpxchg16b push pop pushfq pushfw leave enter lahf sahf clc stc cmc cld std nop pause movnti ' +
    'lfence mfence sfence crc32 adcx adox andn bextr blsr blsmsk blsi bzhi pext pdep mulx shlx sarx shrx rorx ' +
    `${CONDITIONS.map((name) => `set${name} cmov${name}`).join(' ')}`
  ).split(' '),
);

const VEX = [
  [0xc4, 0xe2],
  [0xc4, 0xc2],
  [0xc4, 0x42],
  [0xc4, 0xe3],
];
const REX = [0x48, 0x49, 0x4c, 0x4d, 0x41, 0x44, 0x45, 0x40];
const BMI = [0xf2, 0xf3, 0xf5, 0xf6, 0xf7, 0xf0];
const TWO_BYTE = [0xa0, 0xb0, 0xc0];

function opcodeBytes(random: Random): number[] {
  const kind = random.below(16);
  if (kind < 8) return [random.below(256)];
  if (kind < 10) return [0x0f, 0x40 + random.below(0x10)];
  if (kind < 11) return [0x0f, 0x90 + random.below(0x10)];
  if (kind < 14) return [0x0f, random.pick(TWO_BYTE) + random.below(0x10)];
  return [0x0f, 0x38, 0xf0 + random.below(8)];
}

function randomBytes(random: Random): Uint8Array {
  const tail = Array.from({ length: 12 }, () => random.u32() & 0xff);
  if (random.below(14) === 0) {
    const vex = random.pick(VEX);
    const second = (random.u32() & 0xfb) | 0;
    return Uint8Array.of(...vex, second & 0xfb, random.pick(BMI), ...tail);
  }
  const prefixes = [0x66, 0xf3, 0xf2, 0xf0, 0x67].filter(() => random.below(8) === 0);
  const rex = random.below(2) ? [random.pick(REX)] : [];
  const modrm = random.below(2) ? [0xc0 | random.below(64)] : [];
  return Uint8Array.of(...prefixes, ...rex, ...opcodeBytes(random), ...modrm, ...tail);
}

function isUsable(instruction: Instruction, first: boolean): boolean {
  const { mnemonic, operands, repeat } = instruction;
  if (!WANTED.has(mnemonic)) return false;
  const registers = operands.filter((operand) => operand.kind === 'register');
  if (registers.some(({ file }) => file !== 'gpr' && file !== 'gpr-high')) return false;
  if (instruction.segment || leavesUndefined(instruction)) return false;
  const touches = operands.some(({ kind }) => kind === 'memory') && mnemonic !== 'lea';
  const implied = operands.length === 0 && /^(movs|stos|lods|cmps|scas|xlatb)/.test(mnemonic);
  const stack = /^(push|pop|leave|enter)/.test(mnemonic);
  if (!first && (touches || implied || stack)) return false;
  if (repeat && !implied && !hasMeaningfulRepeat(mnemonic)) return false;
  const memory = operands.find((operand) => operand.kind === 'memory');
  return !memory || !touches || isAimable(instruction, memory);
}

/** Results that the manuals leave open: 16-bit double shifts by more than 16. `enter` would reach beyond the data page. */
function leavesUndefined({ mnemonic, operands, operandSize }: Instruction): boolean {
  const [, second, third] = operands;
  if (mnemonic === 'enter') return second?.kind !== 'immediate' || second.low !== 0 || constant(operands[0]) > 64;
  return /^sh[lr]d$/.test(mnemonic) && operandSize === 16 && (constant(third) & 31) > 16;
}

/** The value of an immediate; a very large one for a register. */
function constant(operand: Operand | undefined): number {
  return operand?.kind === 'immediate' ? operand.low : 0xffff;
}

function hasMeaningfulRepeat(mnemonic: string): boolean {
  return ['tzcnt', 'lzcnt', 'popcnt', 'crc32', 'adox', 'pause'].includes(mnemonic);
}

/** The address can be chosen freely: a base that is used for nothing else. */
function isAimable({ operands, mnemonic, addressSize }: Instruction, { base, index }: MemoryOperand): boolean {
  if (base < 0 || base === index || addressSize !== 64) return false;
  if (/^(push|pop)/.test(mnemonic) && (base === 4 || index === 4)) return false;
  const bits = /^bt.?$/.test(mnemonic) ? operands[1] : undefined;
  if (bits?.kind === 'register' && (bits.number === base || bits.number === index || bits.file !== 'gpr')) return false;
  const clobbered = /^(div|idiv)$/.test(mnemonic) && (base === 2 || index === 2);
  return !clobbered;
}

/** Bytes of one to four instructions; only the first touches memory, a division is the last: its flags are undefined. */
export function generateCode(random: Random): Uint8Array {
  const code: number[] = [];
  const wanted = 1 + random.below(4);
  for (let count = 0; count < wanted; ) {
    const bytes = randomBytes(random);
    const instruction = decode(bytes, 0, CODE + code.length, 64);
    if (typeof instruction === 'string' || !isUsable(instruction, count === 0)) continue;
    code.push(...bytes.subarray(0, instruction.length));
    count += /^i?div$/.test(instruction.mnemonic) ? wanted : 1;
  }
  return Uint8Array.from(code);
}
