import type { CallChain } from '../../../abi/call-chains.ts';
import { callSites } from '../../../kernel/log/call-frames.ts';
import { addressFromBits } from '../../../memory/address.ts';
import type { Session } from '../session.ts';

const WORD = 8;
/** The stack is aligned to this where a function is called. */
const ALIGNMENT = 16;

/** Lays the return addresses of the kernel's own functions on the guest's stack, as a trace shall find them. */
export function pushFrames(session: Session, chains: readonly CallChain[]): void {
  const { kernel, cpu, memory } = session;
  const sites = callSites(kernel, chains);
  if (sites.length === 0) return;
  const words = sites.map(({ address }) => address);
  if ((words.length * WORD) % ALIGNMENT !== 0) words.unshift(0);
  const top = addressFromBits(cpu.readRegister('rsp'));
  for (const [index, word] of words.entries()) memory.writePointer(top - (index + 1) * WORD, word);
  cpu.writeRegister('rsp', BigInt(top - words.length * WORD));
}

/** {@link withFrames} of a system call of a program; within the kernel only the chains themselves. */
export function withSystemCall<T>(session: Session, chains: readonly CallChain[], work: () => T): T {
  return withFrames(session, session.depth === session.acted ? ['syscall', ...chains] : chains, work);
}

/** Does something below the frames of {@link pushFrames}. When it raises, the stack stays as it was at that moment. */
export function withFrames<T>(session: Session, chains: readonly CallChain[], work: () => T): T {
  const before = session.cpu.readRegister('rsp');
  pushFrames(session, chains);
  const result = work();
  session.cpu.writeRegister('rsp', before);
  return result;
}
