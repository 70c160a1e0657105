import { linearAddress } from './effective-address.ts';
import { type Executor, type ExecutorTable, type Handler, type Machine, rows } from './executor.ts';
import type { Instruction, MemoryOperand, Operand, RegisterOperand } from './instruction.ts';
import { bindPlace } from './place.ts';
import { type CpuState, TrapSignal, WORD } from './state.ts';

/** The words of an operand: `read` fills `into`, `write` stores as many as the operand has. */
interface Vector {
  readonly words: number;
  read(into: Int32Array): void;
  write(from: Int32Array): void;
}

function vectorOf(state: CpuState, operand: Operand): Vector {
  if (operand.kind === 'memory') return memoryVector(state, operand);
  const { number, file, size } = operand as RegisterOperand;
  if (file !== 'xmm') return generalVector(state, operand as RegisterOperand, size);
  const { xmm } = state;
  return {
    words: 4,
    read: (into) => {
      for (let index = 0; index < 4; index++) into[index] = xmm[4 * number + index]!;
    },
    write: (from) => xmm.set(from, 4 * number),
  };
}

function generalVector(state: CpuState, operand: RegisterOperand, size: number): Vector {
  const place = bindPlace(state, operand);
  return {
    words: size / 32,
    read: (into) => {
      into.fill(0);
      into[0] = place.load();
      if (size === 64) into[1] = state.words[WORD.HIGH]!;
    },
    write: (from) => place.store(from[0]!, from[1]!),
  };
}

function memoryVector(state: CpuState, operand: MemoryOperand): Vector {
  const addressOf = linearAddress(state, operand);
  const { memory } = state;
  const words = operand.size / 32;
  return {
    words,
    read: (into) => {
      const address = addressOf();
      into.fill(0);
      for (let index = 0; index < words; index++) into[index] = memory.load32(address + 4 * index);
    },
    write: (from) => {
      const address = addressOf();
      for (let index = 0; index < words; index++) memory.store32(address + 4 * index, from[index]!);
    },
  };
}

/** Moves of whole, half and quarter vectors; what a narrower source does not fill becomes 0. */
const move: Executor = ({ state }, { operands }) => {
  const to = vectorOf(state, operands[0]!);
  const from = vectorOf(state, operands[1]!);
  const buffer = new Int32Array(4);
  return () => {
    from.read(buffer);
    to.write(buffer);
  };
};

/** `movss`, `movsd`, `movq`, `movlps` of `words` words between registers keep the target's other words. */
function movePart(words: number, clears: boolean): Executor {
  return (machine: Machine, instruction: Instruction): Handler => {
    const { state } = machine;
    const [to, from] = instruction.operands.map((operand) => vectorOf(state, operand));
    const whole = instruction.operands.some(({ kind }) => kind === 'memory');
    const value = new Int32Array(4);
    const result = new Int32Array(4);
    return () => {
      from!.read(value);
      if (clears || whole) result.fill(0);
      else to!.read(result);
      for (let index = 0; index < words; index++) result[index] = value[index]!;
      to!.write(result);
    };
  };
}

function bitwise(operation: (a: number, b: number) => number): Executor {
  return ({ state }, { operands }) => {
    const to = vectorOf(state, operands[0]!);
    const from = vectorOf(state, operands[1]!);
    const a = new Int32Array(4);
    const b = new Int32Array(4);
    return () => {
      to.read(a);
      from.read(b);
      to.write(a.map((word, index) => operation(word, b[index]!)));
    };
  };
}

function undefinedOpcode(): never {
  throw new TrapSignal('invalid-opcode');
}

/** Only operations on xmm registers, memory and general registers are modelled: MMX raises #UD. */
function withoutMmx(table: ExecutorTable): ExecutorTable {
  const checked = Object.entries(table).map(([name, executor]): [string, Executor] => [
    name,
    (machine, instruction) => {
      const mmx = instruction.operands.some((operand) => operand.kind === 'register' && operand.file === 'mmx');
      return mmx ? undefinedOpcode : executor(machine, instruction);
    },
  ]);
  return Object.fromEntries(checked);
}

/** The SSE instructions that kernel code has, by mnemonic. */
export const SIMD: ExecutorTable = withoutMmx({
  ...rows('movups movupd movaps movapd movdqa movdqu lddqu movntps movntpd movntdq movntdqa movd', move),
  movss: movePart(1, false),
  movsd: movePart(2, false),
  movq: movePart(2, true),
  ...rows(
    'pxor xorps xorpd',
    bitwise((a, b) => a ^ b),
  ),
  ...rows(
    'por orps orpd',
    bitwise((a, b) => a | b),
  ),
  ...rows(
    'pand andps andpd',
    bitwise((a, b) => a & b),
  ),
  ...rows(
    'pandn andnps andnpd',
    bitwise((a, b) => ~a & b),
  ),
});
