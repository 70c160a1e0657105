import { EPERM } from '../../abi/negative-errno.ts';
import { type Address, PAGE_SIZE } from '../../memory/address.ts';
import type { Session } from '../core/session.ts';
import { readGuestText, withObject, writeBytes } from '../guest-text.ts';

/** `proc_sys_call_handler`: the table's handler over a page; `text` undefined reads. What was read or taken, or an errno. */
export function callSysctl(session: Session, table: Address, text?: string): string | number {
  const run = session.pointerAt(table, 'ctl_table', 'proc_handler');
  if (run === 0) return EPERM;
  const size = text === undefined ? PAGE_SIZE : text.length;
  return withObject(session, PAGE_SIZE + 16, (buffer) => {
    const [length, position] = [buffer + PAGE_SIZE, buffer + PAGE_SIZE + 8];
    if (text !== undefined) writeBytes(session, buffer, text.slice(0, PAGE_SIZE - 1));
    session.memory.writeU64(length, BigInt(size));
    const error = session.callInt(run, table, text === undefined ? 0 : 1, buffer, length, position);
    if (error !== 0) return error;
    const count = Number(session.memory.readU64(length));
    return text === undefined ? readGuestText(session, buffer, count) : count;
  });
}
