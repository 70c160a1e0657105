import { stackOf } from './execute-stack.ts';
import {
  type Executor,
  type ExecutorTable,
  type Handler,
  type Machine,
  nextAddress,
  placeOf,
  rows,
} from './executor.ts';
import { conditionTest } from './flags.ts';
import type { ImmediateOperand, Instruction, TargetOperand } from './instruction.ts';
import { CONDITIONS } from './opcodes-one-byte.ts';
import { type CpuState, RCX, RSP, TrapSignal, WORD } from './state.ts';

const { HIGH } = WORD;

function targetOf({ operands }: Instruction): number {
  return (operands[0] as TargetOperand).address;
}

function conditionalJump(name: string): Executor {
  return (machine, instruction) => {
    const { state } = machine;
    const test = conditionTest(state, name);
    const target = targetOf(instruction);
    const next = nextAddress(machine, instruction);
    return () => {
      state.rip = test() ? target : next;
    };
  };
}

/** Sets rip from an operand's low half and HIGH. */
function setRip(state: CpuState, low: number): void {
  state.rip = state.mode === 32 ? low >>> 0 : state.words[HIGH]! * 0x100000000 + (low >>> 0);
}

const jmp: Executor = (machine, instruction) => {
  const { state } = machine;
  if (instruction.operands[0]!.kind === 'target') {
    const target = targetOf(instruction);
    return () => {
      state.rip = target;
    };
  }
  if (instruction.operands[0]!.kind === 'immediate') return farTransfer(machine, instruction);
  const place = placeOf(machine, instruction, 0);
  return () => setRip(state, place.load());
};

const call: Executor = (machine, instruction) => {
  const { state } = machine;
  if (instruction.operands[0]!.kind === 'immediate') return farTransfer(machine, instruction);
  const stack = stackOf(machine, state.mode);
  const next = nextAddress(machine, instruction);
  const nextHigh = Math.floor(next / 0x100000000);
  const push = (): void => stack.push(next, nextHigh);
  if (instruction.operands[0]!.kind === 'target') return directCall(state, push, targetOf(instruction));
  const place = placeOf(machine, instruction, 0);
  return () => {
    const low = place.load();
    const high = state.words[HIGH]!;
    push();
    state.words[HIGH] = high;
    setRip(state, low);
  };
};

function directCall(state: CpuState, push: Handler, target: number): Handler {
  return () => {
    push();
    state.rip = target;
  };
}

const ret: Executor = (machine, { operands }) => {
  const { state } = machine;
  const stack = stackOf(machine, state.mode);
  const extra = operands[0] ? (operands[0] as ImmediateOperand).low & 0xffff : 0;
  if (extra === 0) return () => setRip(state, stack.pop());
  return () => {
    setRip(state, stack.pop());
    state.setNumber(RSP, state.number(RSP) + extra);
  };
};

/** rcx, ecx or cx by the address size; the counter of loop and jrcxz. */
function counter(machine: Machine, { addressSize }: Instruction): { readonly decrement: Handler; isZero(): boolean } {
  const { words: w, halves, quads } = machine.state;
  if (addressSize === 64) return { decrement: () => void quads[RCX]!--, isZero: () => (w[2]! | w[3]!) === 0 };
  if (addressSize === 32)
    return {
      decrement: () => {
        w[2] = w[2]! - 1;
        w[3] = 0;
      },
      isZero: () => w[2] === 0,
    };
  return { decrement: () => void halves[4 * RCX]!--, isZero: () => halves[4 * RCX] === 0 };
}

function loopWhile(goesOn: (words: Int32Array) => boolean): Executor {
  return (machine, instruction) => {
    const { state } = machine;
    const { decrement, isZero } = counter(machine, instruction);
    const target = targetOf(instruction);
    const next = nextAddress(machine, instruction);
    return () => {
      decrement();
      state.rip = !isZero() && goesOn(state.words) ? target : next;
    };
  };
}

const jumpIfZero: Executor = (machine, instruction) => {
  const { state } = machine;
  const { isZero } = counter(machine, instruction);
  const target = targetOf(instruction);
  const next = nextAddress(machine, instruction);
  return () => {
    state.rip = isZero() ? target : next;
  };
};

/** Far transfers, iret and the like: a kernel module has no use for them. */
const farTransfer: Executor = () => () => {
  throw new TrapSignal('general-protection');
};

/** Instructions after which control goes elsewhere: they end a block and set rip. */
export const BRANCH: ExecutorTable = {
  jmp,
  call,
  ret,
  loop: loopWhile(() => true),
  loope: loopWhile((w) => w[WORD.ZERO] === 0),
  loopne: loopWhile((w) => w[WORD.ZERO] !== 0),
  ...rows('jcxz jecxz jrcxz', jumpIfZero),
  ...rows('retf iretw iretd iretq syscall sysenter sysexitd sysexitq sysretd sysretq', farTransfer),
  ...Object.fromEntries(CONDITIONS.map((name) => [`j${name}`, conditionalJump(name)])),
};
