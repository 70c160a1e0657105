import { effectivePair, linearAddress } from './effective-address.ts';
import { type Executor, type ExecutorTable, type Handler, type Machine, placeOf, sizeOf } from './executor.ts';
import { conditionTest } from './flags.ts';
import type { Instruction, MemoryOperand, RegisterOperand } from './instruction.ts';
import { CONDITIONS } from './opcodes-one-byte.ts';
import type { Place } from './place.ts';
import { type CpuState, RBX, TrapSignal, WORD } from './state.ts';

const { HIGH } = WORD;

function copy(state: CpuState, to: Place, from: Place): Handler {
  const w = state.words;
  return () => {
    const low = from.load();
    to.store(low, w[HIGH]!);
  };
}

const mov: Executor = (machine, instruction) => {
  const [to, from] = instruction.operands as readonly RegisterOperand[];
  if (to!.file === 'segment' || from!.file === 'segment') return moveSegment(machine, instruction);
  if (to!.file === 'control' || to!.file === 'debug') return moveToControl(machine, instruction);
  if (from!.file === 'control' || from!.file === 'debug') return moveFromControl(machine, instruction);
  return copy(machine.state, placeOf(machine, instruction, 0), placeOf(machine, instruction, 1));
};

/** Segment selectors as Linux has them: __KERNEL_CS, __KERNEL_DS (arch/x86/include/asm/segment.h). */
const SELECTORS = [0, 0x10, 0x18, 0, 0, 0];

const moveSegment: Executor = (machine, instruction) => {
  const [to, from] = instruction.operands as readonly RegisterOperand[];
  if (to!.file === 'segment') return () => undefined;
  const place = placeOf(machine, instruction, 0);
  return () => place.store(SELECTORS[from!.number]!, 0);
};

const moveToControl: Executor = ({ state, system }, instruction) => {
  const [to, from] = instruction.operands as readonly RegisterOperand[];
  return () => {
    if (to!.file === 'control') system.writeControl(to!.number, state.quads[from!.number]!);
  };
};

const moveFromControl: Executor = ({ state, system }, instruction) => {
  const [to, from] = instruction.operands as readonly RegisterOperand[];
  return () => {
    state.quads[to!.number] = from!.file === 'control' ? system.readControl(from!.number) : 0n;
  };
};

const movzx: Executor = (machine, instruction) => {
  const to = placeOf(machine, instruction, 0);
  const from = placeOf(machine, instruction, 1);
  return () => to.store(from.load(), 0);
};

const movsx: Executor = (machine, instruction) => {
  const to = placeOf(machine, instruction, 0);
  const from = placeOf(machine, instruction, 1);
  const shift = 32 - from.size;
  return () => {
    const value = (from.load() << shift) >> shift;
    to.store(value, value >> 31);
  };
};

const lea: Executor = (machine, instruction) => {
  const { state } = machine;
  const to = placeOf(machine, instruction, 0);
  const pair = effectivePair(state, instruction.operands[1] as MemoryOperand);
  return () => {
    const low = pair();
    to.store(low, state.words[HIGH]!);
  };
};

const xchg: Executor = (machine, instruction) => {
  const w = machine.state.words;
  const a = placeOf(machine, instruction, 0);
  const b = placeOf(machine, instruction, 1);
  return () => {
    const low = a.load();
    const high = w[HIGH]!;
    const other = b.load();
    const otherHigh = w[HIGH]!;
    a.storeBack(other, otherHigh);
    b.store(low, high);
  };
};

function conditionalMove(name: string): Executor {
  return (machine, instruction) => {
    const { state } = machine;
    const test = conditionTest(state, name);
    const to = placeOf(machine, instruction, 0);
    const from = placeOf(machine, instruction, 1);
    return () => {
      let low = from.load();
      let high = state.words[HIGH]!;
      if (!test()) {
        low = to.load();
        high = state.words[HIGH]!;
      }
      to.store(low, high);
    };
  };
}

function conditionalSet(name: string): Executor {
  return (machine, instruction) => {
    const test = conditionTest(machine.state, name);
    const to = placeOf(machine, instruction, 0);
    return () => to.store(test() ? 1 : 0, 0);
  };
}

/** Reverses the bytes of a word. */
function reverseBytes(value: number): number {
  return (value << 24) | ((value & 0xff00) << 8) | ((value >>> 8) & 0xff00) | (value >>> 24);
}

function storeReversed(size: number, to: Place, low: number, high: number): void {
  if (size === 64) to.store(reverseBytes(high), reverseBytes(low));
  else if (size === 32) to.store(reverseBytes(low), 0);
  else to.store(reverseBytes(low) >>> 16, 0);
}

const bswap: Executor = (machine, instruction) => {
  const { state } = machine;
  const place = placeOf(machine, instruction, 0);
  if (place.size === 16) return () => place.store(0, 0);
  return () => {
    const low = place.load();
    storeReversed(place.size, place, low, state.words[HIGH]!);
  };
};

const movbe: Executor = (machine, instruction) => {
  const { state } = machine;
  const to = placeOf(machine, instruction, 0);
  const from = placeOf(machine, instruction, 1);
  return () => {
    const low = from.load();
    storeReversed(to.size, to, low, state.words[HIGH]!);
  };
};

/** `cbw`, `cwde`, `cdqe`: sign-extends the lower half of the accumulator. */
const widenAccumulator = (machine: Machine, instruction: Instruction): Handler => {
  const { words: w, halves, bytes } = machine.state;
  if (instruction.operandSize === 16)
    return () => {
      halves[0] = (bytes[0]! << 24) >> 24;
    };
  if (instruction.operandSize === 32)
    return () => {
      w[0] = (halves[0]! << 16) >> 16;
      w[1] = 0;
    };
  return () => {
    w[1] = w[0]! >> 31;
  };
};

/** `cwd`, `cdq`, `cqo`: spreads the accumulator's sign over rdx. */
const spreadSign = (machine: Machine, instruction: Instruction): Handler => {
  const { words: w, halves } = machine.state;
  if (instruction.operandSize === 16)
    return () => {
      halves[8] = (halves[0]! << 16) >> 31;
    };
  if (instruction.operandSize === 32)
    return () => {
      w[4] = w[0]! >> 31;
      w[5] = 0;
    };
  return () => {
    w[4] = w[1]! >> 31;
    w[5] = w[4]!;
  };
};

const xlatb: Executor = ({ state }, instruction) => {
  const { words, bytes, memory } = state;
  const table: MemoryOperand = {
    ...{ kind: 'memory', base: RBX, index: -1, scale: 1, displacement: 0, ripRelative: false, size: 8 },
    addressSize: instruction.addressSize,
    segment: instruction.segment,
  };
  const start = linearAddress(state, table);
  return () => {
    bytes[0] = memory.load8(start() + (words[0]! & 0xff));
  };
};

const farLoad: Executor = () => () => {
  throw new TrapSignal('general-protection');
};

/** Moves, exchanges and extensions by mnemonic. */
export const MOVE: ExecutorTable = {
  mov,
  movzx,
  movsx,
  movsxd: (machine, instruction) => (sizeOf(instruction.operands[0]) <= 32 ? mov : movsx)(machine, instruction),
  movnti: mov,
  lea,
  xchg,
  bswap,
  movbe,
  xlatb,
  cbw: widenAccumulator,
  cwde: widenAccumulator,
  cdqe: widenAccumulator,
  cwd: spreadSign,
  cdq: spreadSign,
  cqo: spreadSign,
  lss: farLoad,
  lfs: farLoad,
  lgs: farLoad,
  ...Object.fromEntries(CONDITIONS.map((name) => [`cmov${name}`, conditionalMove(name)])),
  ...Object.fromEntries(CONDITIONS.map((name) => [`set${name}`, conditionalSet(name)])),
};
