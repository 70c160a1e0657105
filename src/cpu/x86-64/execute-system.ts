import { type Executor, type ExecutorTable, placeOf, rows } from './executor.ts';
import { setCarryOverflow } from './flags.ts';
import { generalPlace } from './place.ts';
import { loadBig, lowHalf, storeBackBig, storeBig } from './quad.ts';
import { type CpuState, RAX, RBX, RCX, RDX, TrapSignal, WORD } from './state.ts';

const { ZERO } = WORD;

const nothing: Executor = () => () => undefined;

function trap(name: TrapSignal['trap']): Executor {
  return () => () => {
    throw new TrapSignal(name);
  };
}

/** Sets a register's low half and clears the high one. */
function setLow(state: CpuState, register: number, value: number): void {
  state.words[2 * register] = value;
  state.words[2 * register + 1] = 0;
}

/** edx:eax as one value. */
function setPair(state: CpuState, value: bigint): void {
  setLow(state, RAX, lowHalf(value));
  setLow(state, RDX, lowHalf(value >> 32n));
}

const input: Executor = (machine, instruction) => {
  const target = placeOf(machine, instruction, 0);
  const port = placeOf(machine, instruction, 1);
  return () => target.store(machine.system.readPort(port.load() & 0xffff, target.size), 0);
};

const output: Executor = (machine, instruction) => {
  const port = placeOf(machine, instruction, 0);
  const source = placeOf(machine, instruction, 1);
  return () => machine.system.writePort(port.load() & 0xffff, source.size, source.load());
};

const cpuid: Executor =
  ({ state, system }) =>
  () => {
    const values = system.cpuid(state.words[2 * RAX]!, state.words[2 * RCX]!);
    for (const [index, register] of [RAX, RBX, RCX, RDX].entries()) setLow(state, register, values[index]!);
  };

const rdtsc: Executor =
  ({ state, system }, { mnemonic }) =>
  () => {
    setPair(state, system.timestamp());
    if (mnemonic === 'rdtscp') setLow(state, RCX, 0);
  };

const rdmsr: Executor =
  ({ state, system }) =>
  () => {
    const value = system.readMsr(state.unsigned[2 * RCX]!);
    if (value === undefined) throw new TrapSignal('general-protection');
    setPair(state, value);
  };

const wrmsr: Executor =
  ({ state, system }) =>
  () => {
    const value = (BigInt(state.unsigned[2 * RDX]!) << 32n) | BigInt(state.unsigned[2 * RAX]!);
    if (!system.writeMsr(state.unsigned[2 * RCX]!, value)) throw new TrapSignal('general-protection');
  };

/** `cmpxchg8b`, `cmpxchg16b`: compares with rdx:rax; equal: stores rcx:rbx, else loads rdx:rax. Only ZF changes. */
const compareExchangePair: Executor = (machine, instruction) => {
  const { state } = machine;
  const half = instruction.mnemonic === 'cmpxchg16b' ? 64 : 32;
  const operand = instruction.operands[0]!;
  if (operand.kind !== 'memory') throw new TypeError('cmpxchg8b needs memory');
  const parts = [0, half / 8].map((offset) =>
    placeOf(
      machine,
      { ...instruction, operands: [{ ...operand, displacement: operand.displacement + offset, size: half }] },
      0,
    ),
  );
  const expected = [RAX, RDX].map((register) => generalPlace(state, register, half));
  const replacement = [RBX, RCX].map((register) => generalPlace(state, register, half));
  return () => {
    const found = parts.map((part) => loadBig(state, part));
    const equal = found.every((value, index) => value === loadBig(state, expected[index]!));
    state.words[ZERO] = equal ? 0 : 1;
    for (const [index, part] of parts.entries()) {
      storeBackBig(part, equal ? loadBig(state, replacement[index]!) : found[index]!);
    }
    if (equal) return;
    for (const [index, value] of found.entries()) storeBig(expected[index]!, value);
  };
};

const hlt: Executor =
  ({ system }) =>
  () =>
    system.halt();

/** `rdrand`, `rdseed`: CF 0, no random number is to be had; the run stays deterministic. */
const noRandom: Executor = (machine, instruction) => {
  const { state } = machine;
  const target = placeOf(machine, instruction, 0);
  return () => {
    target.store(0, 0);
    state.words[ZERO] = 1;
    setCarryOverflow(state, 0, 0);
  };
};

/** `sgdt`, `sidt`: a limit and a base of 0. */
const storeTable: Executor = (machine, instruction) => {
  const operand = instruction.operands[0]!;
  if (operand.kind !== 'memory') return nothing(machine, instruction);
  const { mode } = machine.state;
  const parts = [
    { ...operand, size: 16 },
    { ...operand, displacement: operand.displacement + 2, size: mode },
  ].map((part) => placeOf(machine, { ...instruction, operands: [part] }, 0));
  return () => {
    for (const part of parts) part.store(0, 0);
  };
};

const zeroTarget: Executor = (machine, instruction) => {
  const target = placeOf(machine, instruction, 0);
  return () => target.store(0, 0);
};

const IGNORED =
  'nop pause lfence mfence sfence endbr64 endbr32 clac stac wait prefetch prefetchw prefetchwt1 prefetchnta prefetcht0 ' +
  'prefetcht1 prefetcht2 clflush clflushopt clwb invlpg invd wbinvd wbnoinvd clts monitor mwait emms ldmxcsr';

/** What acts on the processor itself, or on nothing, by mnemonic. */
export const SYSTEM: ExecutorTable = {
  ...rows(IGNORED, nothing),
  ...rows('ud0 ud1 ud2', trap('invalid-opcode')),
  ...rows('int int1 swapgs lgdt lidt lldt ltr xsetbv rdpmc invpcid', trap('general-protection')),
  ...rows('rdtsc rdtscp', rdtsc),
  ...rows('cmpxchg8b cmpxchg16b', compareExchangePair),
  ...rows('rdrand rdseed', noRandom),
  ...rows('sgdt sidt', storeTable),
  ...rows('sldt str', zeroTarget),
  int3: trap('breakpoint'),
  in: input,
  out: output,
  cpuid,
  rdmsr,
  wrmsr,
  hlt,
};
