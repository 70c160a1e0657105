import type { Kernel } from '../../../kernel/kernel.ts';
import { type Address, addressFromBits } from '../../../memory/address.ts';
import type { Session } from '../session.ts';
import { enterProbedCall } from './probed-calls.ts';
import { type Probe, patchedCode, probesAt } from './probes.ts';
import { type PtRegs, withRegisters } from './pt-regs.ts';

/** The no-operation at the head of a function that ftrace can trace: `MCOUNT_INSN_SIZE`. */
const TRACE_NOP = [0x0f, 0x1f, 0x44, 0x00, 0x00];
/** Where the sources stand that are compiled without it: lib/Makefile. */
const UNTRACED = /^lib\/[^/]+$/;
/** `KPROBE_FLAG_DISABLED`, include/linux/kprobes.h. */
const DISABLED = 2;
/** `FTRACE_OPS_FL_SAVE_REGS`, `FTRACE_OPS_FL_SAVE_REGS_IF_SUPPORTED`, include/linux/ftrace.h. */
const SAVES_REGISTERS = 0xc;
/** How handlers are called: behind ftrace preemption is off, and an `int3` is handled as an NMI is. */
const WAYS = {
  traced: { preempt: 1, originalAx: 0n },
  trapped: { preempt: 0x110000, originalAx: -1n },
} as const;

/** Runs the instruction of module code that a breakpoint hides. */
type Step = () => void;

/**
 * Whether probes at an address come about by ftrace: functions that are compiled C have the no-operation for it. Of
 * exported ones the profile knows a prototype if they are C; others are taken to be.
 */
export function isTraced({ kernel, sourceOf }: Session, address: Address): boolean {
  const code = moduleCode(kernel, address);
  if (code) return TRACE_NOP.every((byte, index) => code[index] === byte);
  const symbol = kernel.profile.symbolAt?.(address);
  if (symbol?.address !== address || UNTRACED.test(sourceOf(symbol.name) ?? '')) return false;
  return !kernel.profile.exports.find(symbol.name) || kernel.profile.prototype(symbol.name) !== undefined;
}

function moduleCode(kernel: Kernel, address: Address): ArrayLike<number> | undefined {
  const mapping = kernel.memory.find(address);
  return patchedCode(kernel, address) ?? mapping?.bytes.subarray(address - mapping.base);
}

/**
 * Calls what waits for control at an address. Requires the registers as they are there. Gives where control goes on;
 * undefined where a model does what the kernel's function does. `step`: of module code.
 */
export function hitProbes(session: Session, address: Address, step?: Step): Address | undefined {
  const all = probesAt(session, address);
  const traced = isTraced(session, address);
  if (session.inProbe) {
    for (const probe of all) countMissed(session, probe);
    return step ? behind(session, address, traced, step) : undefined;
  }
  session.inProbe = true;
  try {
    const moved = before(session, all, address, traced);
    if (moved !== undefined) return moved;
    const next = step && behind(session, address, traced, step);
    if (!traced) after(session, all, next ?? address);
    return next;
  } finally {
    session.inProbe = false;
  }
}

/** Goes over the instruction at an address: where the next one stands. */
function behind(session: Session, address: Address, traced: boolean, step: Step): Address {
  if (traced) return address + TRACE_NOP.length;
  step();
  return addressFromBits(session.cpu.readRegister('rip'));
}

/** What comes before the instruction, and behind ftrace's no-operation all. Gives where a handler wants to go on. */
function before(session: Session, all: readonly Probe[], address: Address, traced: boolean): Address | undefined {
  const end = address + (traced ? TRACE_NOP.length : 1);
  const { originalAx, preempt } = traced ? WAYS.traced : WAYS.trapped;
  return withRegisters(session, { ip: end, originalAx, preempt }, (regs) => {
    for (const probe of all) if (probe.kind === 'ftrace') callTracer(session, probe, regs);
    if (regs.ip !== end) return regs.ip;
    regs.ip = address + 1;
    for (const probe of all) if (callBefore(session, probe, regs)) return regs.ip;
    regs.ip = end;
    if (traced) for (const probe of all) callAfter(session, probe, regs);
    return undefined;
  });
}

function after(session: Session, all: readonly Probe[], ip: Address): void {
  withRegisters(session, { ip, ...WAYS.trapped }, (regs) => {
    for (const probe of all) callAfter(session, probe, regs);
  });
}

function isDisabled(session: Session, { object }: Probe): boolean {
  return (session.memory.readU32(session.at(object, 'kprobe', 'flags')) & DISABLED) !== 0;
}

/** `pre_handler`: true when it has moved the instruction pointer itself. */
function callBefore(session: Session, probe: Probe, regs: PtRegs): boolean {
  if (probe.kind === 'ftrace' || isDisabled(session, probe)) return false;
  if (probe.kind === 'kretprobe') {
    enterProbedCall(session, probe, regs);
    return false;
  }
  const handler = session.pointerAt(probe.object, 'kprobe', 'pre_handler');
  return handler !== 0 && session.callInt(handler, probe.object, regs.address) !== 0;
}

/** `post_handler`. */
function callAfter(session: Session, probe: Probe, regs: PtRegs): void {
  if (probe.kind !== 'kprobe' || isDisabled(session, probe)) return;
  const handler = session.pointerAt(probe.object, 'kprobe', 'post_handler');
  if (handler !== 0) session.call(handler, probe.object, regs.address, 0);
}

/** `ftrace_func_t`: without `FTRACE_OPS_FL_SAVE_REGS` it gets no registers, which cs = 0 says. */
function callTracer(session: Session, { object, address }: Probe, regs: PtRegs): void {
  const flags = Number(session.memory.readU64(session.at(object, 'ftrace_ops', 'flags')));
  const selector = regs.get('cs');
  if ((flags & SAVES_REGISTERS) === 0) regs.set('cs', 0n);
  const parent = session.memory.readPointer(addressFromBits(regs.get('sp')));
  session.call(session.pointerAt(object, 'ftrace_ops', 'func'), address, parent, object, regs.address);
  regs.set('cs', selector);
}

/** A probe that was hit while a handler ran: `kprobes_inc_nmissed_count`. */
function countMissed(session: Session, { kind, object }: Probe): void {
  if (kind === 'ftrace') return;
  const place = session.at(object, 'kprobe', 'nmissed');
  session.memory.writeU64(place, session.memory.readU64(place) + 1n);
}
