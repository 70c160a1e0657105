import { addressFromBits } from '../../memory/address.ts';
import type { Session } from './session.ts';
import { sprintSymbol } from './symbolize.ts';

/** With strict answers: module code called a kernel function of which there is no model. What it changed is not kept. */
export class UnmodelledFunction extends Error {
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

/** The error of a call that has just been made. Requires that the return address is at the top of the stack. */
export function unmodelled(session: Session, name: string): UnmodelledFunction {
  const back = session.memory.readPointer(addressFromBits(session.cpu.readRegister('rsp')));
  return new UnmodelledFunction(name, sprintSymbol(session.kernel, back, 'B'));
}
