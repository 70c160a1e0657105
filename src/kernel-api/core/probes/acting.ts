import type { KernelEntry } from '../../../cpu/guest-cpu.ts';
import type { Address } from '../../../memory/address.ts';
import type { Session } from '../session.ts';
import { hitProbes } from './fire-probes.ts';
import { leaveProbedCall, trampoline } from './probed-calls.ts';
import { MCOUNT_INSN_SIZE, probesAt } from './probes.ts';

const WORD = 8;

/** A call of one of the kernel's own functions. */
export interface KernelCall {
  readonly name: string;
  readonly args: readonly (bigint | number)[];
  /** What it returns, by what the function that it calls does. */
  readonly result?: (inner: number) => number;
}

/**
 * Does what the innermost of some of the kernel's functions does, the outermost first, as if they were called: who
 * probes them is told. `work` gives what the innermost returns.
 */
export function asKernelFunctions(session: Session, calls: () => readonly KernelCall[], work: () => number): number {
  if (!session.probed) return work();
  const chain = calls().map((call) => ({ ...call, address: session.kernel.profile.symbolAddress(call.name) }));
  const run = chain.reduceRight<() => number>((inner, { address, args, result }) => {
    const all = result ? () => result(inner()) : inner;
    if (address === undefined || probesAt(session, address).length === 0) return all;
    return () => actAs(session, address, args, all);
  }, work);
  return run();
}

function actAs(session: Session, address: Address, args: readonly (bigint | number)[], work: () => number): number {
  const { acted } = session;
  const outer = session.acting.get(address);
  session.acting.set(address, () => BigInt.asUintN(64, BigInt(workAt(session, session.depth, work))));
  const result = Number(BigInt.asIntN(64, session.call(address, ...args)));
  session.acted = acted;
  if (outer) session.acting.set(address, outer);
  else session.acting.delete(address);
  return result;
}

/** The function's work; what it calls in the kernel counts as called from where the program is. */
function workAt(session: Session, depth: number, work: () => number): number {
  const { acted } = session;
  session.acted = depth;
  const result = work();
  session.acted = acted;
  return result;
}

/**
 * Control comes to a function of the kernel while there are probes: they are told, and then the function, `model`, does
 * its work, unless a handler goes on elsewhere.
 */
export function enterProbed(
  session: Session,
  address: Address,
  model: () => ReturnType<KernelEntry>,
): ReturnType<KernelEntry> {
  if (address === trampoline(session)) return goTo(session, leaveProbedCall(session));
  if (probesAt(session, address).length > 0) {
    const elsewhere = hitProbes(session, address);
    if (elsewhere !== undefined) return goTo(session, elsewhere);
  }
  const work = session.acting.get(address) ?? session.acting.get(address - MCOUNT_INSN_SIZE);
  return work ? work() : model();
}

/** The function's return goes to this address. */
function goTo({ cpu, memory }: Session, address: Address | undefined): undefined {
  if (address === undefined) return undefined;
  const stack = cpu.readRegister('rsp') - BigInt(WORD);
  memory.writePointer(Number(BigInt.asIntN(64, stack)), address);
  cpu.writeRegister('rsp', stack);
  return undefined;
}
