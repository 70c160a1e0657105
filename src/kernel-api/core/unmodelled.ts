import { addressFromBits } from '../../memory/address.ts';
import { sprintSymbol } from './faults/symbolize.ts';
import type { Session } from './session.ts';

/** With strict answers: module code called a kernel function of which there is no model. What it changed is not kept. */
class UnmodelledFunction extends Error {
  readonly function: string;
  /** The place of the call, as a backtrace shows it. */
  readonly caller: string;

  constructor(name: string, caller: string) {
    super(`${name} is not modelled, called from ${caller}`);
    this.name = 'UnmodelledFunction';
    this.function = name;
    this.caller = caller;
  }
}

/**
 * Notes that the answer of the kernel function that has just been called is made up. Requires that the return address is
 * at the top of the stack. Raises UnmodelledFunction in a strict session.
 */
export function madeUp(session: Session, name: string): void {
  session.stubs.set(name, (session.stubs.get(name) ?? 0) + 1);
  if (!session.strict) return;
  const back = session.memory.readPointer(addressFromBits(session.cpu.readRegister('rsp')));
  throw new UnmodelledFunction(name, sprintSymbol(session.kernel, back, 'B'));
}
