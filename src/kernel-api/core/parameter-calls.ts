import type { CallChain } from '../../abi/call-chains.ts';
import type { Address } from '../../memory/address.ts';
import { copyInString, readGuestText } from '../guest-text.ts';
import { withFrames } from './faults/call-frames.ts';
import type { Session } from './session.ts';
import { settle } from './tasks/scheduler.ts';

/** A parameter is set by an argument of the module, not by a write into its file. */
function kernelIsLoading({ kernel }: Session): boolean {
  return kernel.systemCall !== undefined;
}

/** `struct kernel_param`: `ops`, and in it `set` and `get`. */
function parameterFunction(session: Session, parameter: Address, name: 'set' | 'get'): Address {
  const ops = session.pointerAt(parameter, 'kernel_param', 'ops');
  return session.pointerAt(ops, 'kernel_param_ops', name);
}

/** `ops->set` of a parameter that the module's own code handles; without one the call itself is an oops. */
export function setParameter(session: Session, parameter: Address, value: string | undefined): number {
  const set = parameterFunction(session, parameter, 'set');
  const text = value === undefined ? 0 : copyInString(session, value);
  const way: CallChain[] = kernelIsLoading(session) ? ['parameter'] : ['syscall', 'writeIter', 'parameterStore'];
  const result = withFrames(session, way, () => session.callInt(set, text, parameter));
  settle(session);
  return result;
}

/** `ops->get`: what reading the parameter's file shows; undefined: it has none, or it failed. */
export function getParameter(session: Session, parameter: Address): string | undefined {
  const get = parameterFunction(session, parameter, 'get');
  if (get === 0) return undefined;
  const buffer = copyInString(session, '\0'.repeat(4095));
  const way: CallChain[] = ['syscall', 'readIter', 'seqShow', 'sysfsShow', 'parameterShow'];
  const length = withFrames(session, way, () => session.callInt(get, buffer, parameter));
  return length < 0 ? undefined : readGuestText(session, buffer, length);
}
