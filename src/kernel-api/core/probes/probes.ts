import type { Kernel } from '../../../kernel/kernel.ts';
import { subsystem } from '../../../kernel/subsystem.ts';
import type { Address } from '../../../memory/address.ts';
import type { Session } from '../session.ts';

/** `MCOUNT_INSN_SIZE`, arch/x86/include/asm/ftrace.h: with CONFIG_DYNAMIC_FTRACE a function begins with a call that is patched away. */
export const MCOUNT_INSN_SIZE = 5;

/** What stands behind a probe: `struct kprobe`, `struct kretprobe`, `struct ftrace_ops`. */
type ProbeKind = 'kprobe' | 'kretprobe' | 'ftrace';

/** A place at which module code wants to be called. */
export interface Probe {
  readonly kind: ProbeKind;
  readonly object: Address;
  readonly address: Address;
}

/** A function of a task that has been entered and whose return somebody waits for: `struct rethook_node`. */
export interface ProbedCall {
  /** Its `task_struct`. */
  readonly task: Address;
  /** The `struct kretprobe`; 0: it has been taken away. */
  readonly probe: Address;
  /** The `struct kretprobe_instance`. */
  readonly instance: Address;
  /** Where it really returns to. */
  readonly back: Address;
}

interface ProbeState {
  /** The newest first, as a kprobe calls those of one address. */
  readonly probes: Probe[];
  readonly calls: ProbedCall[];
  /** By address: the bytes of module code under a breakpoint. */
  readonly patched: Record<string, number[]>;
}

/** `int3`. */
const BREAKPOINT = 0xcc;
/** The longest instruction. */
const INSTRUCTION = 15;
const STATE = 'probes';

const probeState = subsystem<ProbeState>(STATE, () => ({ probes: [], calls: [], patched: {} }));

/** All probes of the machine and the calls that they wait for. */
export const probes = (kernel: Kernel): ProbeState => probeState(kernel);

/** Whether there is a probe, or a call whose return is waited for. */
export function isProbed(kernel: Kernel): boolean {
  const state = kernel.subsystems[STATE] as ProbeState | undefined;
  return state !== undefined && (state.probes.length > 0 || state.calls.length > 0);
}

/** The probes of an address. */
export function probesAt({ kernel }: Session, address: Address): Probe[] {
  return probes(kernel).probes.filter((each) => each.address === address);
}

/** Adds a probe; module code gets a breakpoint there. */
export function addProbe(session: Session, probe: Probe): void {
  if (probesAt(session, probe.address).length === 0) setBreakpoint(session.kernel, probe.address);
  probes(session.kernel).probes.unshift(probe);
  session.probed = true;
}

/** Takes all probes of an object away. False when it has none. */
export function removeProbes(session: Session, object: Address): boolean {
  const { probes: list } = probes(session.kernel);
  const removed = list.filter((each) => each.object === object);
  for (const each of removed) {
    list.splice(list.indexOf(each), 1);
    if (probesAt(session, each.address).length === 0) clearBreakpoint(session.kernel, each.address);
  }
  return removed.length > 0;
}

/** Nobody waits any more for calls of a `struct kretprobe`. */
export function abandonCalls({ kernel }: Session, probe: Address): void {
  const { calls } = probes(kernel);
  for (const [index, call] of calls.entries()) if (call.probe === probe) calls[index] = { ...call, probe: 0 };
}

/** The code of a module that a breakpoint stands in. */
export function patchedCode(kernel: Kernel, address: Address): number[] | undefined {
  return probes(kernel).patched[address];
}

/** Takes away the probes in memory that goes away: their code is not mended. */
export function dropProbes(kernel: Kernel, base: Address, size: number): void {
  const { probes: list, patched } = probes(kernel);
  const gone = list.filter(({ address }) => address >= base && address < base + size);
  for (const each of gone) {
    list.splice(list.indexOf(each), 1);
    delete patched[each.address];
  }
}

/** `text_poke`: nothing to do where the kernel's own functions stand, for which models answer. */
function setBreakpoint(kernel: Kernel, address: Address): void {
  const mapping = kernel.memory.find(address);
  if (!mapping?.permissions.execute) return;
  const at = address - mapping.base;
  probes(kernel).patched[address] = [...mapping.bytes.subarray(at, at + INSTRUCTION)];
  mapping.bytes[at] = BREAKPOINT;
  kernel.memory.codeChanged();
}

function clearBreakpoint(kernel: Kernel, address: Address): void {
  const { patched } = probes(kernel);
  const [first] = patched[address] ?? [];
  const mapping = kernel.memory.find(address);
  delete patched[address];
  if (first === undefined || !mapping) return;
  mapping.bytes[address - mapping.base] = first;
  kernel.memory.codeChanged();
}
